import { parse } from 'yaml'
import type { Json } from '#schema/object'
import { JsonSyntaxError } from '#schema/json'
import { fromYaml, yamlDialect } from '#schema/yaml-dialect'

/** Reads YAML as upstream does. @throws Error for malformed or too deep text and for aliases that multiply. */
export function parseYaml(text: string): Json {
  return fromYaml(parsed(text))
}

function parsed(text: string): unknown {
  try {
    return parse(text, { ...yamlDialect, uniqueKeys: true })
  } catch (cause) {
    const isTooDeep = (cause as { code?: unknown }).code === 'RESOURCE_EXHAUSTION'
    throw isTooDeep ? new JsonSyntaxError('exceeded max depth', { cause }) : cause
  }
}
