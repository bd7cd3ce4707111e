import { type Flag, type Flags, FlagError, type Parsed, type Values, flag, stringKind } from '#base/flags'
import type { Factory } from './factory.ts'
import type { GlobalValues } from './global-flags.ts'
import type { Io } from './io.ts'

/** What a command is called with. */
export interface Call<F extends Flags = Flags> extends Parsed<F> {
  readonly io: Io
  readonly global: GlobalValues
  readonly factory: Factory
  /** The words that lead to the command: `kubectl config view`. */
  readonly path: string
}

/** A command, declared once: parsed, run and shown in help from here. */
export interface Command<F extends Flags = Flags> {
  /** What it does: first a line, then paragraphs. */
  readonly about: string
  /** Lines of examples, a comment above each. */
  readonly examples?: string
  /** What follows the command's name: `TYPE NAME [options]`. */
  readonly usage: string
  readonly flags: F
  readonly aliases?: readonly string[]
  /** False when words after the first argument belong to somebody else. */
  readonly interspersed?: boolean
  /** Resolves to the exit code, 0 when it says nothing. */
  run(call: Call<F>): Promise<number | void>
}

/** A command that only leads to others. */
export interface CommandGroup {
  readonly about: string
  readonly commands: Commands
  /** What a bare call does, for groups that are commands themselves (`create -f`). */
  readonly own?: Command
}

/** Commands by name; each is loaded when it is called. */
export type Commands = Readonly<Record<string, CommandEntry>>

/** A command in a list: what help says of it, and where it is. */
export interface CommandEntry {
  /** One line. */
  readonly about: string
  readonly aliases?: readonly string[]
  load(): Promise<Command | CommandGroup>
}

/** Declares a command, so that its flags' types reach `run`. */
export function defineCommand<F extends Flags>(command: Command<F>): Command {
  return command as unknown as Command
}

/** True for a command that leads to others. */
export const isGroup = (command: Command | CommandGroup): command is CommandGroup => 'commands' in command

/** A flag that takes one of a few words. */
export function choiceFlag(
  name: string,
  choices: readonly string[],
  preset: string,
  usage: string,
  more: Parameters<typeof flag>[4] = {},
): Flag<string> {
  const kind = {
    ...stringKind,
    parse(text: string) {
      if (choices.includes(text)) return text
      throw new FlagError(`must be one of: ${choices.join(', ')}`)
    },
  }
  return flag(name, kind, preset, usage, more)
}

/** The values of a command's flags. */
export type FlagValues<C extends { readonly flags: Flags }> = Values<C['flags']>
