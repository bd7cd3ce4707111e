import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonPathTemplate, inBraces } from './template.ts'

const object = {
  kind: 'List',
  items: [
    {
      name: 'a',
      size: 1,
      labels: { app: 'x', 'k8s.io/z': 'y' },
      ports: [{ port: 80, name: 'http' }, { port: 53 }],
    },
    { name: 'b', size: 20, ports: [] },
    { name: 'c', node: 'n1' },
  ],
}
const render = (text: string, allowMissing = true) => new JsonPathTemplate(text, allowMissing).render(object)

test('templates show what their paths lead to', () => {
  const rows: [string, string][] = [
    ['{.kind}', 'List'],
    ['{$.kind} {@.kind}', 'List List'],
    ['.kind', '.kind'],
    ['{"a\\n"}{.kind}', 'a\nList'],
    ['{.items[*].name}', 'a b c'],
    ['{.items[1].name}{.items[-1].name}', 'bc'],
    ['{.items[0:2].name}', 'a b'],
    ['{.items[::2].name}', 'a c'],
    ['{.items[0,2].name}', 'a c'],
    ["{.items[0]['name','size']}", 'a 1'],
    ['{.items[0].labels}', '{"app":"x","k8s.io/z":"y"}'],
    ['{.items[0].labels.k8s\\.io/z}', 'y'],
    ["{.items[0].labels['k8s.io/z']}", 'y'],
    ['{..port}', '80 53'],
    ['{.items[?(@.size>1)].name}', 'b'],
    ['{.items[?(@.name=="a")].ports[?(@.port>=80)].name}', 'http'],
    ['{.items[?(@.name!="a")].name}', 'b c'],
    ['{.items[?(@.node)].name}', 'c'],
    ['{range .items[*]}[{.name}:{range .ports[*]}{.port},{end}]{end}', '[a:80,53,][b:][c:]'],
    ['{.nope}', ''],
  ]
  for (const [text, expected] of rows) assert.equal(render(text), expected, text)
})

test('templates that cannot be read or do not fit are refused', () => {
  const rows: [string, RegExp][] = [
    ['{.items', /^KubectlError: error parsing jsonpath \{\.items, unclosed action$/],
    ['{.items[x]}', /error parsing jsonpath \{\.items\[x\]\}, invalid array index x$/],
    [
      '{.items[9]}',
      /error executing jsonpath "\{\.items\[9\]\}": Error executing template: array index out of bounds: index 9, length 3\./,
    ],
    ['{end}', /Error executing template: not in range, nothing to end\./],
  ]
  for (const [text, expected] of rows)
    assert.throws(
      () => render(text),
      (error) => expected.test(String(error)),
      text,
    )
  assert.throws(() => render('{.nope}', false), /nope is not found/)
})

test('inBraces() takes paths as people write them', () => {
  for (const path of ['a.b', '.a.b', '{a.b}', '{.a.b}']) assert.equal(inBraces(path), '{.a.b}')
  assert.throws(() => inBraces('{a'), /unexpected path string/)
})
