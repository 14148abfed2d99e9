import type { Command } from "commander";
import { didYouMean } from "../tenant/suggest.ts";

/** Adds `help [command...]`, which shows the help of a command, those below others too: `help role explain`. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command("help")
    .argument("[command...]", "the command")
    .description("Show the help of a command.")
    .action((words: readonly string[]) => commandAt(program, words).help());
}

function commandAt(program: Command, words: readonly string[]): Command {
  return words.reduce((parent, word) => {
    const names = parent.commands.flatMap((each) => [each.name(), ...each.aliases()]);
    const child = parent.commands.find((each) => each.name() === word || each.aliases().includes(word));
    return child ?? parent.error(`error: unknown command '${word}'${didYouMean(word, names)}`);
  }, program);
}
