import { parse } from 'yaml'
import type { Json } from '#schema/object'
import { fromYaml, yamlDialect } from '#schema/yaml-dialect'

/** Reads YAML as upstream does. @throws Error of the parser for malformed text and for aliases that multiply. */
export function parseYaml(text: string): Json {
  return fromYaml(parse(text, { ...yamlDialect, uniqueKeys: true }))
}
