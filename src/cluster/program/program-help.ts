import { type Flags, flagUsages } from '#base/flags'

/** What `--help` of a program that takes only flags prints: what it is, and its flags by section, wrapped at `width` columns. */
export function programHelp(
  program: string,
  about: string,
  sections: Readonly<Record<string, Flags>>,
  width: number,
): string {
  const texts = Object.entries(sections).map(
    ([name, flags]) => `${name} flags:\n\n${flagUsages(flags, width)}\n`,
  )
  return `${about}\n\nUsage:\n  ${program} [flags]\n\n${texts.join('\n')}`
}
