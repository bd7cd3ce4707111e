import { editDistance } from '#base/edit-distance'
import type { Flags } from '#base/flags'
import { type Command, type CommandGroup, type Commands, isGroup } from './command.ts'
import { KubectlError } from './fault.ts'

/** A command that was found on a command line. */
export interface Found {
  readonly command: Command | CommandGroup
  /** Its words: `kubectl config view`. */
  readonly path: string
  /** The command line without these words. */
  readonly rest: readonly string[]
}

/**
 * Walks from group to group along the words that are no flags. Flags may stand before the words: those that take a
 * value (known from `flags`) take the next word with them.
 */
export async function findCommand(root: CommandGroup, argv: readonly string[], flags: Flags): Promise<Found> {
  let command: Command | CommandGroup = root
  let path = 'kubectl'
  let rest = [...argv]
  while (isGroup(command)) {
    const at = firstWord(rest, flags)
    const word = at < 0 ? undefined : (rest[at] as string)
    if (word === undefined) break
    const name = nameOf(command.commands, word)
    if (name === undefined) {
      if (command.own) break
      throw unknownCommand(root, command, word, path)
    }
    command = await (command.commands[name] as Commands[string]).load()
    path = `${path} ${name}`
    rest = rest.toSpliced(at, 1)
  }
  return { command, path, rest }
}

const nameOf = (commands: Commands, word: string) =>
  Object.keys(commands).find((name) => name === word || (commands[name]?.aliases ?? []).includes(word))

/** Where the first word stands that is no flag and no flag's value; -1 without one. */
function firstWord(argv: readonly string[], flags: Flags): number {
  const valued = Object.values(flags).filter(({ kind }) => kind.bare === undefined)
  const names = new Set(
    valued.flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
  )
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string
    if (word === '--') return -1
    if (!word.startsWith('-') || word === '-') return at
    if (names.has(word)) at += 1
  }
  return -1
}

function unknownCommand(root: CommandGroup, group: CommandGroup, word: string, path: string): KubectlError {
  if (group !== root)
    return new KubectlError(`unknown command ${JSON.stringify(word)}\nSee '${path} -h' for help and examples`)
  const near = Object.keys(group.commands).filter((name) => isNear(word, name))
  const hint =
    near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`
  return new KubectlError(`unknown command ${JSON.stringify(word)} for "kubectl"${hint}`)
}

const isNear = (word: string, name: string) =>
  editDistance(word.toLowerCase(), name.toLowerCase()) <= 2 ||
  name.toLowerCase().startsWith(word.toLowerCase())
