import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { files } from '#host/files'
import { openSqliteStore } from '#store'
import { VirtualClock } from '#testkit/virtual-clock'
import { claimDataDir } from '../up/claim.ts'
import { snapshot } from './snapshot.ts'
import { statusFormats } from './status-text.ts'

const host = { files, columns: 0 }

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-snapshot-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore({ path, clock: new VirtualClock(), reserveBytes: 4096 })
  await store.create('/a', new Uint8Array(3))
  await store.close()
}

test('snapshot() prints a status in the forms of etcdutl', () => {
  const status = { hash: 0xcf1550fb, revision: 3, totalKey: 3, totalSize: 24_576 }
  assert.equal(statusFormats['simple']?.(status), 'cf1550fb, 3, 3, 25 kB')
  assert.equal(
    statusFormats['json']?.(status),
    '{"hash":3474280699,"revision":3,"totalKey":3,"totalSize":24576}',
  )
  assert.equal(
    statusFormats['table']?.(status),
    `+----------+----------+------------+------------+
|   HASH   | REVISION | TOTAL KEYS | TOTAL SIZE |
+----------+----------+------------+------------+
| cf1550fb |        3 |          3 | 25 kB      |
+----------+----------+------------+------------+`,
  )
})

test('snapshot() saves, shows and restores, for "kubeling up" and for a kube-apiserver by itself', async (t) => {
  const home = folder(t)
  const file = join(home, 'copy')
  await fill(join(home, 'one/apiserver/store.db'))
  assert.equal(await snapshot(['save', file, `--data-dir=${home}/one`], host), `Snapshot saved at ${file}\n`)
  assert.match(await snapshot(['status', file, '-w', 'json'], host), /"revision":2,"totalKey":1,/)
  const shown = `Snapshot restored at ${home}/two, revision 1000000002\n`
  assert.equal(await snapshot(['restore', file, `--data-dir=${home}/two`], host), shown)
  await snapshot(['restore', file, '--standalone', `--data-dir=${home}/three`], host)
  for (const name of ['two', 'three']) await snapshot(['save', file, `--data-dir=${home}/${name}`], host)
  assert.match(await snapshot(['status', file], host), /^[0-9a-f]+, 1000000002, 1, /)
})

test('snapshot() refuses a data directory in use, of others, or with a database', async (t) => {
  const home = folder(t)
  const file = join(home, 'copy')
  await fill(join(home, 'one/apiserver/store.db'))
  await snapshot(['save', file, `--data-dir=${home}/one`], host)
  writeFileSync(join(home, 'one/.kubeling'), '')
  const restore = (name: string) => snapshot(['restore', file, `--data-dir=${home}/${name}`], host)
  await assert.rejects(restore('one'), /store.db" is there already: move it away/)
  await assert.rejects(restore(''), /is not empty, and no data directory of kubeling/)
  const claim = await claimDataDir(join(home, 'two'))
  t.after(() => claim?.release())
  await assert.rejects(restore('two'), /kubeling is already running on .*two/)
})

test('snapshot() says what is right', async (t) => {
  const home = folder(t)
  const wrong: readonly [readonly string[], RegExp][] = [
    [['sav'], /unknown command "sav"/],
    [['save'], /requires one argument, the file/],
    [['save', 'a', 'b'], /requires one argument/],
    [['save', 'a', `--data-dir=${home}`], /no embedded database below .*etcdctl snapshot save/],
    [['status', 'a', '-w', 'yaml'], /it takes fields, json, simple or table/],
    [['status', join(home, 'none')], /no such file/],
    [['restore', 'a', '--mark-compacted=false'], /required if --bump-revision > 0/],
    [['restore', 'a', '--bump-revision=-1'], /must not be negative/],
  ]
  for (const [argv, message] of wrong) await assert.rejects(snapshot(argv, host), message, argv.join(' '))
})

test('snapshot() has help for itself and for each command', async () => {
  assert.match(await snapshot([], host), /etcdutl snapshot restore/)
  assert.match(await snapshot(['save', '--help'], host), /--data-dir string/)
  assert.match(await snapshot(['help', 'restore'], host), /--bump-revision int .*\(default 1000000000\)/)
  assert.match(await snapshot(['status', '-h'], host), /-w, --write-out string/)
})
