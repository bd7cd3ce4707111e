import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tables } from '../gen/tables.ts'
import { typeNamed } from '../types.ts'
import { describeField, describeType } from './index.ts'
import { common } from './common.ts'
import { fieldsAToE } from './fields-a-e.ts'
import { fieldsFToO } from './fields-f-o.ts'
import { fieldsPToR } from './fields-p-r.ts'
import { fieldsSToZ } from './fields-s-z.ts'
import { ownTexts } from './own.ts'
import { typesAToL } from './types-a-l.ts'
import { typesMToZ } from './types-m-z.ts'

const types = tables.flatMap((table) => Object.keys(table)).map(typeNamed)
const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1)
const dictionaries = [common, fieldsAToE, fieldsFToO, fieldsPToR, fieldsSToZ]

test('every type and every field of the API has a description', () => {
  const missing = types.flatMap((type) => [
    ...(describeType(type.name) === undefined ? [type.name] : []),
    ...type.fields
      .filter(({ name }) => describeField(type.name, name) === undefined)
      .map(({ name }) => `${type.name}.${name}`),
  ])
  assert.deepEqual(missing, [])
})

test('every description is of something, once, and is a sentence', () => {
  const fields = new Set(types.flatMap((type) => type.fields.map(({ name }) => name)))
  const names = new Set(types.map(({ name }) => shortName(name)))
  const described = dictionaries.flatMap((texts) => Object.keys(texts))
  assert.deepEqual(
    described.filter((name) => !fields.has(name)),
    [],
  )
  assert.equal(new Set(described).size, described.length)
  assert.deepEqual(
    [...Object.keys(typesAToL), ...Object.keys(typesMToZ), ...Object.keys(ownTexts)].filter(
      (name) => !names.has(name),
    ),
    [],
  )
  for (const [name, texts] of Object.entries(ownTexts)) {
    const own = new Set(
      types
        .filter((type) => shortName(type.name) === name)
        .flatMap((type) => type.fields.map((one) => one.name)),
    )
    for (const field of Object.keys(texts)) assert.ok(own.has(field), `${name}.${field}`)
  }
  const all = [...dictionaries, typesAToL, typesMToZ, ...Object.values(ownTexts)].flatMap((texts) =>
    Object.values(texts),
  )
  for (const text of all) assert.match(text, /^[A-Z"$].*[.")]$/s)
})
