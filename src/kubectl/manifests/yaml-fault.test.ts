import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { type YamlFault, yamlFault } from './yaml-fault.ts'

function faultOf(text: string): string {
  try {
    parse(text, { version: '1.1', uniqueKeys: false })
  } catch (error) {
    return yamlFault(error as YamlFault, text)
  }
  return 'none'
}

/** As kubectl 1.33 words them. */
const rows: readonly (readonly [text: string, words: string])[] = [
  ['a: b: c\n', 'yaml: mapping values are not allowed in this context'],
  ['a: b\n  c: d\n', 'yaml: line 2: mapping values are not allowed in this context'],
  ['a: b\n c\n d: e\n', 'yaml: line 3: mapping values are not allowed in this context'],
  ['a:\n- b\n c: d\n', 'yaml: line 3: mapping values are not allowed in this context'],
  ['a\nb: c\n', 'yaml: line 2: mapping values are not allowed in this context'],
  ['a: "x\n', 'yaml: line 2: found unexpected end of stream'],
  ['x: 1\na: "b\nc: d\n', 'yaml: line 4: found unexpected end of stream'],
  ['a: *x\n', "yaml: unknown anchor 'x' referenced"],
  ['a: [1, 2\nb: 3\n', "yaml: line 1: did not find expected ',' or ']'"],
  ['a: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
  ['a: {b: c\n', "yaml: line 1: did not find expected ',' or '}'"],
  ['a: {\n', 'yaml: line 1: did not find expected node content'],
  ['a: [1,\n', 'yaml: line 1: did not find expected node content'],
  ['a: @x\n', 'yaml: found character that cannot start any token'],
  ['a:\n\tb: c\n', 'yaml: line 2: found character that cannot start any token'],
  ['a: b\n\tc: d\n', 'yaml: line 2: found a tab character that violates indentation'],
  ['a: b\n- c\n', 'yaml: line 1: did not find expected key'],
  ['a: {b: c}}\n', 'yaml: did not find expected key'],
  ['a: "x" y\n', 'yaml: did not find expected key'],
  ['kind: A\nspec:\n   x: 1\n  y: 2\n', 'yaml: line 3: did not find expected key'],
  ['a:\n  - b\n - c\n', 'yaml: line 2: did not find expected key'],
  ['- a\nb: c\n', "yaml: line 1: did not find expected '-' indicator"],
  ['a: "\\q"\n', 'yaml: found unknown escape character'],
  ['a: |\n x\ny\n', "yaml: line 4: could not find expected ':'"],
]

test("yamlFault() tells what is wrong with YAML in upstream's words and lines", () => {
  assert.deepEqual(
    rows.map(([text]) => [text, faultOf(text)]),
    rows,
  )
})

test('yamlFault() keeps the words of a parser that it does not know', () => {
  const error = { code: 'NEW', message: 'Something new at line 2, column 1:\n', pos: [3, 4] as const }
  assert.equal(yamlFault(error, 'a:\n b\n'), 'yaml: line 2: Something new')
})
