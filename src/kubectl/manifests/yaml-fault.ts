/** What a YAML parser complains of: where in the text, and under which code. */
export interface YamlFault {
  readonly code?: string
  readonly message: string
  readonly pos?: readonly [number, number]
}

/** Words, and where: undefined for a complaint without a place. */
interface Told {
  readonly words: string
  readonly at?: number
  /** Upstream's parser counts lines from 0 and its scanner from 1, and neither tells of the first line. */
  readonly by?: 'parser' | 'scanner'
}

const noKey = 'did not find expected key'
const noMapping = 'mapping values are not allowed in this context'
const wrongStart = 'found character that cannot start any token'

/** The complaint in upstream's words: `yaml: line 3: did not find expected key`. */
export function yamlFault(error: YamlFault, given: string): string {
  // Upstream reads line by line, so that every text ends with a line's end.
  const text = given.endsWith('\n') ? given : `${given}\n`
  const { words, at, by } = inUpstreamsWords(error, text)
  if (at === undefined) return `yaml: ${words}`
  const line = text.slice(0, at).split('\n').length - 1
  if (line === 0) return `yaml: ${words}`
  return `yaml: line ${by === 'parser' ? line : line + 1}: ${words}`
}

function inUpstreamsWords({ code = '', message, pos = [0, 0] }: YamlFault, text: string): Told {
  const start = pos[0]
  // The end of a text that came without a line's end is behind the one it was given.
  const at = start >= text.length - 1 ? text.length : start
  switch (code) {
    case 'TAB_AS_INDENT': {
      const isBelowKey = /:\s*$/.test(text.slice(0, start))
      return scanner(isBelowKey ? wrongStart : 'found a tab character that violates indentation', at)
    }
    case 'BAD_SCALAR_START':
      return scanner(wrongStart, at)
    case 'BAD_DQ_ESCAPE':
      return scanner('found unknown escape character', at)
    case 'MISSING_CHAR':
      return message.startsWith('Missing closing')
        ? scanner('found unexpected end of stream', at)
        : scanner("could not find expected ':'", lineEnd(text, start))
    case 'MULTILINE_IMPLICIT_KEY':
      return text[start] === '-' ? parser(noKey, at) : scanner(noMapping, pos[1])
    case 'BLOCK_AS_IMPLICIT_KEY':
      return message.startsWith('Nested') ? scanner(noMapping, colonBehind(text, start)) : parser(noKey, at)
    case 'BAD_INDENT':
      return message.startsWith('Flow')
        ? parser(flowWords(message, text.slice(0, start)), at)
        : parser(noKey, at)
    case 'UNEXPECTED_TOKEN':
      return parser(/^(?:\s*(?:#.*)?\n)*- /.test(text) ? "did not find expected '-' indicator" : noKey, at)
    default:
      return otherWords(message, pos[0])
  }
}

const scanner = (words: string, at: number): Told => ({ words, at, by: 'scanner' })
const parser = (words: string, at: number): Told => ({ words, at, by: 'parser' })

function otherWords(message: string, at: number): Told {
  const alias = /^Unresolved alias .*: (.*)$/m.exec(message)?.[1]
  if (alias !== undefined) return { words: `unknown anchor '${alias}' referenced` }
  const [words = message] = message.split(' at line ')
  return scanner(words, at)
}

/** Behind a bracket or a comma a value is missed, behind a value the end. */
function flowWords(message: string, before: string): string {
  if (/[[{,]\s*$/.test(before)) return 'did not find expected node content'
  return `did not find expected ',' or '${message.includes('sequence') ? ']' : '}'}'`
}

const lineEnd = (text: string, from: number) => text.indexOf('\n', from) + 1

/** The colon of the second key, which may stand lines below the first one's value. */
function colonBehind(text: string, from: number): number {
  const found = /:(?=\s)/.exec(text.slice(from))
  return from + (found?.index ?? 0)
}
