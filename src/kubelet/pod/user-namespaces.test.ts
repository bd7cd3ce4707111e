import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { PodFolders } from '../volumes/folders.ts'
import { UserNamespaces } from './user-namespaces.ts'

const pod = (uid: string, hostUsers: boolean | undefined = false) =>
  ({ metadata: { uid }, spec: { containers: [], hostUsers } }) as unknown as Pod

test('each pod has a range of users of its own, across restarts, until its folder goes', async (t) => {
  const folders = new PodFolders(mkdtempSync(join(tmpdir(), 'users-')))
  t.after(() => rmSync(folders.rootDir, { recursive: true, force: true }))
  const first = new UserNamespaces(folders, 2)
  assert.equal(await first.of(pod('h', true)), undefined)
  const ranges = await Promise.all([first.of(pod('a')), first.of(pod('b')), first.of(pod('a'))])
  assert.deepEqual(
    ranges.map((one) => one?.hostId),
    [65_536, 131_072, 65_536],
  )
  const range = { hostId: 65_536, containerId: 0, length: 65_536 }
  assert.deepEqual(JSON.parse(readFileSync(join(folders.pod('a'), 'userns'), 'utf8')), {
    uidMappings: [range],
    gidMappings: [range],
  })
  const second = new UserNamespaces(folders, 2)
  await assert.rejects(second.of(pod('c')), /could not find an empty slot/)
  assert.deepEqual(await second.of(pod('a')), range)
  rmSync(folders.pod('a'), { recursive: true })
  assert.equal((await second.of(pod('c')))?.hostId, 65_536)
})
