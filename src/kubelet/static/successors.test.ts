import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { successors } from './successors.ts'

const pod = (name: string, uid: string) => ({ metadata: { name, namespace: 'default', uid } }) as Pod
const uids = (pods: Pod[]) => pods.map(({ metadata }) => metadata.uid)

test('a changed pod waits for the one of its name to end; others do not', () => {
  const wanted = [pod('a', 'new'), pod('b', 'b'), pod('c', 'c')]
  assert.deepEqual(uids(successors(wanted, [pod('a', 'old'), pod('b', 'b')])), ['b', 'c'])
  assert.deepEqual(uids(successors(wanted, [pod('a', 'old'), pod('a', 'new')])), ['b', 'c'])
  assert.deepEqual(uids(successors(wanted, [pod('a', 'new')])), ['new', 'b', 'c'])
})
