import type { Command } from "commander";
import type { Io } from "../io.ts";

/** What a command does, and its exit code. */
export type Action = (name: string | undefined, flags: never, io: Io) => Promise<number>;

/** Runs a command, which is loaded only then, with what was typed. */
export type Run = (load: () => Promise<Action>, name: string | undefined, flags: object) => Promise<void>;

/** Adds a command, its flags and its help to the program. */
export type Declare = (program: Command, run: Run) => void;
