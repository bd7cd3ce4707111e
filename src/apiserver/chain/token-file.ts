import { hash } from 'node:crypto'
import type { User } from './filter.ts'

/** Says whose a token is; undefined for a token that nobody has. */
export type TokenReader = (token: string) => User | undefined

/**
 * Reads a file of tokens: a line of comma separated values for each, with the token, the user's name, the user's id and,
 * if wished, the groups in double quotes. Only digests of the tokens are kept. @throws Error for a line that is too short.
 */
export function readTokenFile(path: string, text: string): TokenReader {
  const users = new Map<string, User>()
  for (const cells of lines(text)) {
    if (cells.length < 3) {
      throw new Error(
        `token file '${path}' must have at least 3 columns (token, user name, user uid), found ${cells.length}`,
      )
    }
    const [token = '', name = '', , groups = ''] = cells
    if (token !== '') users.set(digest(token), { name, groups: groups === '' ? [] : groups.split(',') })
  }
  return (token) => users.get(digest(token))
}

/** Looking up a digest takes as long for a nearly right token as for a wrong one. */
const digest = (token: string) => hash('sha256', token, 'base64')

/** The cells of each line; a cell in double quotes may hold commas, and quotes written twice. */
function lines(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
        quoted === undefined ? (plain as string).trimStart() : quoted.replaceAll('""', '"'),
      ),
    )
}
