// A log that is put aside when it is long.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { RotatingFile, type Rotation } from './rotating-file.ts'

const usual: Rotation = { bytesMax: 10, backupsMax: 0, ageMaxMs: 0, compress: false }

async function opened(t: TestContext, rotation: Partial<Rotation> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-audit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'sub', 'audit.log')
  let now = Date.parse('2026-11-24T03:30:00Z')
  const file = new RotatingFile(path, { ...usual, ...rotation }, () => now)
  await file.open()
  t.after(() => file.close())
  const names = () => readdirSync(join(folder, 'sub')).toSorted()
  const write = async (text: string) => {
    now += 1000
    await file.write(Buffer.from(text))
  }
  return {
    file,
    path,
    names,
    write,
    at: (name: string) => join(folder, 'sub', name),
    pass: (ms: number) => (now += ms),
  }
}

test('lines are added in their order, to a file that its owner alone may read', async (t) => {
  const { file, path } = await opened(t, { bytesMax: 1000 })
  const lines = Array.from({ length: 50 }, (_, i) => `${i}\n`)
  await Promise.all(lines.map((line) => file.write(Buffer.from(line))))
  assert.equal(readFileSync(path, 'utf8'), lines.join(''))
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a file that would be too long is put aside under its time; none is torn', async (t) => {
  const { path, names, write, at } = await opened(t)
  await write('12345678\n')
  await write('abcdefgh\n')
  assert.deepEqual(names(), ['audit-2026-11-24T03-30-02.000.log', 'audit.log'])
  assert.equal(readFileSync(at('audit-2026-11-24T03-30-02.000.log'), 'utf8'), '12345678\n')
  assert.equal(readFileSync(path, 'utf8'), 'abcdefgh\n')
})

test('so many are kept and no more, and no others are touched', async (t) => {
  const { names, write, at } = await opened(t, { backupsMax: 2 })
  const { writeFileSync } = await import('node:fs')
  writeFileSync(at('audit-old.log'), 'mine')
  for (let i = 0; i < 5; i++) await write('12345678\n')
  assert.deepEqual(names(), [
    'audit-2026-11-24T03-30-04.000.log',
    'audit-2026-11-24T03-30-05.000.log',
    'audit-old.log',
    'audit.log',
  ])
})

test('what is old is deleted', async (t) => {
  const { names, write, at } = await opened(t, { ageMaxMs: 60_000 })
  await write('12345678\n')
  await write('12345678\n')
  utimesSync(at('audit-2026-11-24T03-30-02.000.log'), 0, 0)
  await write('12345678\n')
  assert.deepEqual(names(), ['audit-2026-11-24T03-30-03.000.log', 'audit.log'])
})

test('old ones are compressed', async (t) => {
  const { names, write, at } = await opened(t, { compress: true, backupsMax: 1 })
  for (const text of ['aaaaaaaa\n', 'bbbbbbbb\n', 'cccccccc\n']) await write(text)
  assert.deepEqual(names(), ['audit-2026-11-24T03-30-03.000.log.gz', 'audit.log'])
  const packed = readFileSync(at('audit-2026-11-24T03-30-03.000.log.gz'))
  assert.equal(gunzipSync(packed).toString(), 'bbbbbbbb\n')
})

test('a file that is there is added to', async (t) => {
  const { file, path, write } = await opened(t, { bytesMax: 100 })
  await write('one\n')
  await file.close()
  const again = new RotatingFile(path, usual, () => 0)
  await again.open()
  await again.write(Buffer.from('two\n'))
  await again.close()
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
})
