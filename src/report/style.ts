/** How text is set off on a terminal. Every function returns its text unchanged where colour is off. */
export interface Style {
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const asIs = (text: string): string => text;

/** No colour: off a terminal, with NO_COLOR, and in tests. */
export const plainStyle: Style = {
  added: asIs,
  removed: asIs,
  changed: asIs,
  warning: asIs,
  strong: asIs,
  faint: asIs,
};
