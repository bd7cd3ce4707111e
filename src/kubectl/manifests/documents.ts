import { JsonSyntaxError, parseJson } from '#schema/json'
import type { Json } from '#schema/object'
import { fromYaml, yamlDialect } from '#schema/yaml-dialect'
import { KubectlError } from '../fault.ts'
import { type YamlFault, yamlFault } from './yaml-fault.ts'

/** The values in a text: JSON when it begins with a brace, YAML otherwise; documents that say nothing are left out. */
export async function* readDocuments(source: string, text: string): AsyncGenerator<Json> {
  if (/^\s*\{/.test(text)) yield* readJson(source, text)
  else yield* readYaml(source, text)
}

function* readJson(source: string, text: string): Generator<Json> {
  for (const one of splitJson(text)) {
    try {
      yield parseJson(one)
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      // Upstream reads JSON as a stream, whose end comes too early for it.
      const words = error.message.replace('unexpected end of JSON input', 'unexpected EOF')
      throw new KubectlError(`error parsing ${source}: ${words}`)
    }
  }
}

async function* readYaml(source: string, text: string): AsyncGenerator<Json> {
  const { parse } = await import('../yaml.ts')
  for (const one of text.split(/^---.*(?:\n|$)/m)) {
    if (isBlank(one)) continue
    try {
      // Of keys that stand twice the last counts, as in upstream's reader.
      const value = fromYaml(parse(one, { ...yamlDialect, uniqueKeys: false }))
      if (value !== null) yield value
    } catch (error) {
      throw new KubectlError(
        `error parsing ${source}: error converting YAML to JSON: ${yamlFault(error as YamlFault, one)}`,
      )
    }
  }
}

const isBlank = (text: string) => text.split('\n').every((line) => /^\s*(#.*)?$/.test(line))

/** The JSON values of a text that follow each other; what is left over at the end is one more. */
function splitJson(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  let isInText = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (isInText) {
      if (char === '\\') at += 1
      else if (char === '"') isInText = false
    } else if (char === '"') isInText = true
    else if (char === '{' || char === '[') depth += 1
    else if ((char === '}' || char === ']') && --depth === 0) {
      parts.push(text.slice(start, at + 1))
      start = at + 1
    }
  }
  const rest = text.slice(start)
  return rest.trim() === '' ? parts : [...parts, rest]
}
