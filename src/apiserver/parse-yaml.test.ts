import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseYaml } from './parse-yaml.ts'

test('parseYaml() reads words as upstream does: truths of YAML 1.1, but dates and times as texts', () => {
  assert.deepEqual(
    parseYaml('a: yes\nb: off\nc: 2001-01-01T00:00:00Z\nd: 2001-01-01\ne: 22:22\nf: ~\ng: 0x1F'),
    {
      a: true,
      b: false,
      c: '2001-01-01T00:00:00Z',
      d: '2001-01-01',
      e: '22:22',
      f: null,
      g: 31,
    },
  )
})

test('parseYaml() keeps long integers exact and short ones numbers', () => {
  assert.deepEqual(parseYaml('- 5\n- 1.5\n- 12345678901234567890\n- -1'), [5, 1.5, 12345678901234567890n, -1])
})

test('parseYaml() is not fooled by __proto__, and refuses a bomb of aliases', () => {
  assert.deepEqual(Object.keys(parseYaml('__proto__: {x: 1}') as object), ['__proto__'])
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (let i = 0; i < 6; i++) {
    const [name, prev] = [i + 1, i].map((n) => String.fromCharCode(97 + n))
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${prev}`).join(',')}]`)
  }
  assert.throws(() => parseYaml(bomb.join('\n')), /Excessive alias count/)
})

test('parseYaml() refuses what is nested too deeply, also where the parser itself gives up', () => {
  for (const levels of [1_001, 50_000]) {
    const text = `${'['.repeat(levels)}${']'.repeat(levels)}`
    assert.throws(() => parseYaml(text), /^JsonSyntaxError: exceeded max depth$/, String(levels))
  }
})
