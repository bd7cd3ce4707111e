import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silent } from '#base/log'
import { parseJson } from '#schema/json'
import { ManifestReader } from './manifest-reader.ts'

const manifest = (name: string, image = 'nginx') =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image }] },
  })

function folder(t: TestContext, path = '') {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-manifests-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const complaints: string[] = []
  const log = {
    ...silent,
    error: (message: string, fields = {}) => void complaints.push(`${message} ${JSON.stringify(fields)}`),
  }
  const reader = new ManifestReader({ path: join(root, path), nodeName: 'n', parse: parseJson, log })
  const names = async () => (await reader.read(0))?.map(({ metadata }) => metadata.name)
  return {
    root,
    reader,
    names,
    complaints,
    put: (name: string, text: string) => writeFileSync(join(root, name), text),
  }
}

test('ManifestReader reads the files of a folder by name, and passes over hidden ones and folders', async (t) => {
  const { root, names, put } = folder(t)
  put('b.json', manifest('b'))
  put('a.json', manifest('a'))
  put('.a.json.swp', 'x')
  mkdirSync(join(root, 'sub'))
  assert.deepEqual(await names(), ['a-n', 'b-n'])
})

test('ManifestReader reads one file, and takes none for no pods', async (t) => {
  const { names, put } = folder(t, 'one.json')
  assert.deepEqual(await names(), [])
  put('one.json', manifest('one'))
  assert.deepEqual(await names(), ['one-n'])
})

test('ManifestReader gives the same pod while its file is the same', async (t) => {
  const { root, reader, put } = folder(t)
  put('a.json', manifest('a'))
  const first = await reader.read(1000)
  assert.equal((await reader.read(2000))?.[0], first?.[0])
  put('a.json', manifest('a', 'other'))
  assert.notEqual((await reader.read(3000))?.[0]?.metadata.uid, first?.[0]?.metadata.uid)
  rmSync(join(root, 'a.json'))
  assert.deepEqual(await reader.read(4000), [])
})

test('ManifestReader keeps what a file said before it broke', async (t) => {
  const { names, put, complaints } = folder(t)
  put('a.json', manifest('a'))
  assert.deepEqual(await names(), ['a-n'])
  put('a.json', '{"half')
  put('b.json', manifest('b'))
  assert.deepEqual(await names(), ['a-n', 'b-n'])
  assert.match(complaints[0] ?? '', /Can't process manifest file/)
  assert.deepEqual(await names(), ['a-n', 'b-n'])
  assert.equal(complaints.length, 1, 'the same fault is told once')
})

test('ManifestReader takes the first of two pods of one name', async (t) => {
  const { reader, put, complaints } = folder(t)
  put('a.json', manifest('same', 'first'))
  put('b.json', manifest('same', 'second'))
  const pods = await reader.read(0)
  assert.deepEqual(
    pods?.map(({ spec }) => spec?.containers[0]?.image),
    ['first'],
  )
  assert.match(complaints[0] ?? '', /Two manifests have a pod of one name/)
})
