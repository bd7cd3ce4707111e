// A sound object of every kind, as its author would send it and as it is stored.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KindDef } from '#kinds/define'
import { parseJson } from '#schema/json'
import type { KubeObject } from '#schema/object'

/** Where the objects are, two files for each kind. */
export const samplesFolder = join(import.meta.dirname, '../src/kinds/testdata')

/** The text of a kind's file: what is sent, or what is stored. */
export function sampleText({ group, version, plural }: KindDef, form: 'sent' | 'stored'): string {
  const start = `${group === '' ? '' : `${group}-`}${version === 'v1' ? '' : `${version}-`}`
  return readFileSync(join(samplesFolder, `${start}${plural}.${form}.json`)).toString()
}

/** What a client sends to make an object of the kind. */
export const sampleOf = (kind: KindDef) => parseJson(sampleText(kind, 'sent')) as unknown as KubeObject
