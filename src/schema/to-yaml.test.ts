import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toYaml } from './to-yaml.ts'

/** Each text as a list item, one line each, as upstream's kubectl prints them. */
test('toYaml() quotes a text as upstream does, and only where it must', () => {
  const rows: [text: string, yaml: string][] = [
    ['plain text, with: no sign', "'plain text, with: no sign'"],
    ['a,b{c}', 'a,b{c}'],
    ['', '""'],
    ['yes', '"yes"'],
    ['1', '"1"'],
    ['1_000', '"1_000"'],
    ['.1_0', '.1_0'],
    ['0x1f', '"0x1f"'],
    ['0o17', '"0o17"'],
    ['1e3', '"1e3"'],
    ['22:22', '"22:22"'],
    ['null', '"null"'],
    ['~', '"~"'],
    ['2001-01-01T00:00:00Z', '"2001-01-01T00:00:00Z"'],
    ['<<', '<<'],
    ['=', '='],
    ['*x', "'*x'"],
    ['@x', "'@x'"],
    ['a #b', "'a #b'"],
    ['a#b', 'a#b'],
    ['- x', "'- x'"],
    ['-x', '-x'],
    ['-', "'-'"],
    [' lead', "' lead'"],
    ['a:', "'a:'"],
    [':a', ':a'],
    ['---', "'---'"],
    ["it's", "it's"],
    ["'q'", "'''q'''"],
    ['a\tb', '"a\\tb"'],
    ['ä\u00a0é', 'ä\u00a0é'],
    ['😀', '"\\U0001F600"'],
    ['\u0001"\\', '"\\x01\\"\\\\"'],
    ['containers with unready status: [nginx]', "'containers with unready status: [nginx]'"],
  ]
  assert.equal(toYaml(rows.map(([text]) => text)), rows.map(([, yaml]) => `- ${yaml}\n`).join(''))
})

test('toYaml() writes texts of several lines as blocks where it can', () => {
  assert.equal(
    toYaml({ a: 'x\ny', b: 'x\n\ny\n', c: 'x\n\n', d: ' x\ny', e: 'x \ny', f: '\n' }),
    'a: |-\n  x\n  y\nb: |\n  x\n\n  y\nc: |+\n  x\n\nd: |2-\n   x\n  y\ne: "x \\ny"\nf: |2+\n\n',
  )
})

test('toYaml() folds long texts behind column 80', () => {
  const words = 'word '.repeat(20).trim()
  assert.equal(
    toYaml({ spec: { list: [`a: ${words}`], plain: words } }),
    `spec:\n  list:\n  - 'a: ${'word '.repeat(15).trim()}\n    ${'word '.repeat(5).trim()}'\n` +
      `  plain: ${'word '.repeat(15).trim()}\n    ${'word '.repeat(5).trim()}\n`,
  )
})

test('toYaml() lays collections out as upstream does', () => {
  const long = 'k'.repeat(129)
  assert.equal(
    toYaml({
      b: { d: {}, c: [] },
      a: [[1, [2]], [{ y: 1, x: [{ z: null }] }]],
      n10: 1.5,
      n9: 1e21,
      yes: true,
      gone: undefined,
      [long]: { v: 1 },
    }),
    'a:\n- - 1\n  - - 2\n- - x:\n    - z: null\n    "y": 1\nb:\n  c: []\n  d: {}\n' +
      `? ${long}\n: v: 1\nn9: 1e+21\nn10: 1.5\n"yes": true\n`,
  )
  assert.equal(toYaml({}), '{}\n')
  assert.equal(toYaml([]), '[]\n')
  assert.equal(toYaml(12345678901234567890n), '12345678901234567890\n')
})
