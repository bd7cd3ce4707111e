import { FlagError, type Flags } from '#base/flags'
import { nearest } from '../apiserver/nearest.ts'

/** What a program that takes only flags says when it cannot go on, with what is right where that is known. */
export function faultText(program: string, flags: Flags, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `Error: ${message}\n${error instanceof FlagError ? hint(program, flags, message) : ''}`
}

function hint(program: string, flags: Flags, message: string): string {
  const unknown = /^unknown flag: --(.+)$/.exec(message)?.[1]
  const names = Object.values(flags).map(({ name }) => name)
  const meant = unknown === undefined ? undefined : nearest(unknown, names)
  const suggestion = meant === undefined ? '' : `Did you mean --${meant}?\n`
  return `${suggestion}Run "${program} --help" for all flags.\n`
}
