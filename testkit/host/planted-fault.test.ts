import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { plantFaults } from './planted-fault.ts'
import { run, tempDir } from './process.ts'

const open = `
  import { realClock } from '#host/clock'
  import { openSqliteStore } from '#store'
  await (await openSqliteStore({ path: process.argv[1], clock: realClock, reserveBytes: 0 })).close()`

const replace = "process.stdout.write('changed\\n')\n"
const faults = [
  { file: 'src/store/sqlite/open.ts', find: '/** What an embedded store is given. */', replace },
  {
    file: 'src/store/sqlite/worker.ts',
    find: '/** How many tasks share one transaction at most. */',
    replace,
  },
]

test('planted faults are there in all threads of a program, and say so', async (t) => {
  const args = ['--input-type=module', '--eval', open, join(tempDir(t), 'store.db')]
  const { stdout, stderr } = await run(process.execPath, args, { env: plantFaults(...faults) })
  assert.equal(stdout, 'changed\nchanged\n', stderr)
  for (const { file } of faults) assert.match(stderr, new RegExp(`planted fault in ${file}`))
})

test('a fault whose text is gone is not planted silently', () => {
  const gone = { file: 'src/store/sqlite/open.ts', find: 'no such text', replace }
  assert.throws(() => plantFaults(gone), /stands 0 times in src\/store/)
})
