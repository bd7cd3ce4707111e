import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { parseJson } from '#schema/json'
import { VirtualClock } from '#testkit/virtual-clock'
import { followManifests } from './follow-manifests.ts'

const manifest = (image: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'main', image }] },
  })

test('followManifests() tells pods as files change, a changed one after its predecessor has ended', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-follow-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  const clock = new VirtualClock()
  let present: Pod[] = []
  const told: string[][] = []
  const pods = {
    pods: () => present,
    update: (_source: string, wanted: readonly Pod[]) =>
      void told.push(wanted.map(({ spec }) => spec?.containers[0]?.image ?? '')),
  }
  const all: number[] = []
  const stop = new AbortController()
  const onPods = (wanted: readonly Pod[]) => {
    all.push(wanted.length)
    current = [...wanted]
  }
  let current: Pod[] = []
  const options = { path, nodeName: 'n', parse: parseJson, log: silent, clock, pods, onPods, checkMs: 1000 }
  const over = followManifests(options, stop.signal)
  /** Files are read by other threads: time goes by until it shows. */
  const until = async (image: string | undefined) => {
    while (told.at(-1)?.[0] !== image || told.length === 0) await clock.advance(100)
  }
  await until(undefined)
  writeFileSync(join(path, 'a.json'), manifest('one'))
  await until('one')
  present = current
  writeFileSync(join(path, 'a.json'), manifest('two'))
  await until(undefined)
  assert.equal(all.at(-1), 1, 'the mirror does not wait')
  present = []
  await until('two')
  stop.abort()
  await over
  assert.equal(clock.waiting, 0)
})
