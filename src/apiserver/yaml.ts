import { stringify } from 'yaml'

/** A value as YAML in the layout that upstream writes: sorted keys, sequences not indented. */
export const toYaml = (value: unknown): string =>
  stringify(value, { version: '1.1', indentSeq: false, sortMapEntries: true, lineWidth: 0 })
