import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exactValue, parseFieldSelector, selectsFields, showFieldSelector } from './field-selector.ts'
import { parseLabelSelector, selectorOf } from './label-selector.ts'

const labels = { app: 'web', tier: 'front', n: '5', empty: '' }

test('a label selector selects by every operator', () => {
  const cases: [string, boolean][] = [
    ['', true],
    ['app', true],
    ['nope', false],
    ['!app', false],
    ['!nope', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier = front', true],
    ['app!=web', false],
    ['nope!=x', true],
    ['app in (web,api)', true],
    ['app in ( api )', false],
    ['app notin (api)', true],
    ['nope notin (api)', true],
    ['n>4', true],
    ['n<5', false],
    ['app>1', false],
    ['empty=', true],
    ['empty in (,a)', true],
    ['empty in ()', true],
    ['constructor', false],
  ]
  for (const [text, expected] of cases) assert.equal(parseLabelSelector(text).matches(labels), expected, text)
})

test('a label selector that makes no sense is refused in upstream’s words', () => {
  const name =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  const refusals = {
    'a b': "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    'a=': undefined,
    '=a': "found '=', expected: !, identifier, or 'end of string'",
    'a,': "found '', expected: identifier after ','",
    'a in b': "unable to parse requirement: found 'b' expected: '('",
    'a in (b': "unable to parse requirement: found '', expected: ',' or ')'",
    'a=b=c': "found '=', expected: ',' or 'end of string'",
    '!a=b': "found '=', expected: ',' or 'end of string'",
    'a=!': "unable to parse requirement: found '!', expected: identifier",
    'n>-': `unable to parse requirement: [values[0]: Invalid value: "-": for 'Gt', 'Lt' operators, the value must be an integer, values[0][n]: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')]`,
    'n>x': `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
    '-a': `unable to parse requirement: <nil>: Invalid value: "-a": ${name}`,
  }
  for (const [text, message] of Object.entries(refusals)) {
    if (message === undefined) parseLabelSelector(text)
    else assert.throws(() => parseLabelSelector(text), { name: 'SelectorSyntaxError', message }, text)
  }
})

test('a label selector is printed sorted by key', () => {
  const shown = (text: string) => parseLabelSelector(text).toString()
  assert.equal(shown('z=1, !b,a in (y,x),c'), 'a in (x,y),!b,c,z=1')
  assert.equal(shown('a==b,c>1,d notin (e),f!=g'), 'a==b,c>1,d notin (e),f!=g')
})

test('what is printed reads the same', () => {
  const word = fc.stringMatching(/^[a-z]{1,4}$/)
  const term = fc.oneof(
    word,
    word.map((key) => `!${key}`),
    fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map((parts) => parts.join('')),
    fc
      .tuple(word, fc.constantFrom(' in ', ' notin '), fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([key, operator, values]) => `${key}${operator}(${values.join(',')})`),
  )
  fc.assert(
    fc.property(fc.array(term, { maxLength: 4 }), (terms) => {
      const selector = parseLabelSelector(terms.join(','))
      assert.deepEqual(parseLabelSelector(selector.toString()), selector)
    }),
  )
})

test('a LabelSelector object becomes a selector; an absent one selects nothing', () => {
  const selector = selectorOf({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'In', values: ['front'] }],
  })
  assert.equal(selector?.toString(), 'app=web,tier in (front)')
  assert.equal(selectorOf(undefined), undefined)
  assert.deepEqual(selectorOf({})?.requirements, [])
  assert.throws(() => selectorOf({ matchExpressions: [{ key: 'a', operator: 'Like' }] }), {
    message: '"Like" is not a valid label selector operator',
  })
})

test('a field selector is read, printed and asked', () => {
  const selector = parseFieldSelector('metadata.name=a,spec.x!=b\\,c,y==\\=')
  assert.deepEqual(selector, [
    { field: 'metadata.name', operator: '=', value: 'a' },
    { field: 'spec.x', operator: '!=', value: 'b,c' },
    { field: 'y', operator: '=', value: '=' },
  ])
  assert.equal(showFieldSelector(selector), 'metadata.name=a,spec.x!=b\\,c,y=\\=')
  assert.equal(exactValue(selector, 'metadata.name'), 'a')
  assert.equal(exactValue(selector, 'spec.x'), undefined)
  assert.deepEqual(parseFieldSelector(''), [])
  const values: Record<string, string> = { 'metadata.name': 'a', 'spec.x': 'z', y: '=' }
  assert.equal(
    selectsFields(selector, (field) => values[field] ?? ''),
    true,
  )
  assert.equal(
    selectsFields(selector, () => 'a'),
    false,
  )
})

test('a field selector that makes no sense is refused in upstream’s words', () => {
  assert.throws(() => parseFieldSelector('a=b,c'), {
    message: "invalid selector: 'a=b,c'; can't understand 'c'",
  })
  assert.throws(() => parseFieldSelector('a=b=c'), {
    message: 'invalid field selector: unescaped character in value: =',
  })
  assert.throws(() => parseFieldSelector('a=\\b'), {
    message: 'invalid field selector: invalid escape sequence: \\b',
  })
})
