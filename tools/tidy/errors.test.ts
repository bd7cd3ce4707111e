// docs/errors.md and the sources know the same reasons and codes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { httpStatus } from '#base/errors'

const catalogue = readFileSync('docs/errors.md', 'utf8')

/** The rows below a heading, each as its cells. */
function rows(heading: string): string[][] {
  const [, text = ''] = catalogue.split(`\n${heading}\n`)
  const [section = ''] = text.split(/\n#+ /)
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')))
}

const names = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] as string)

test('every reason of the API has its line in the catalogue, with its code and what to do', () => {
  const listed = rows('## From the API server')
  assert.deepEqual(
    Object.fromEntries(listed.map(([reason, code]) => [names(reason)[0], Number(code)])),
    httpStatus,
  )
  assert.ok(listed.every((cells) => cells.length === 4 && cells.every((cell) => cell !== '')))
})

test('every fault of the store has its line', () => {
  const source = readFileSync('src/store/contract.ts', 'utf8')
  const union = /type StoreErrorCode =\n((?: {2}\| '\w+'\n)+)/.exec(source)?.[1] ?? ''
  const codes = [...union.matchAll(/'(\w+)'/g)].map((match) => match[1])
  assert.ok(codes.length > 0)
  assert.deepEqual(
    rows('### From the store').map(([code]) => names(code)[0]),
    codes,
  )
})

test('every reason for which a container waits has its line', () => {
  const listed = new Set(rows('## From a pod').flatMap(([reason]) => names(reason)))
  const sources = ['pod/container-starter', 'images/image-puller', 'env/environment', 'pod/status']
  const text = sources.map((name) => readFileSync(`src/kubelet/${name}.ts`, 'utf8')).join('\n')
  const used = [...text.matchAll(/'(\w+Error|Err\w+|\w+BackOff|\w+Creating|\w+Initializing|Invalid\w+)'/g)]
  assert.ok(used.length > 5)
  assert.deepEqual(
    used.map((match) => match[1] as string).filter((reason) => !listed.has(reason)),
    [],
  )
})
