import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Serial } from './serial.ts'

test('Serial runs so many tasks at a time, in their order, whether or not they fail', async () => {
  const serial = new Serial(2)
  const log: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const task = (name: string) =>
    serial.run(
      () =>
        new Promise<void>((resolve, reject) => {
          log.push(name)
          ends.set(name, (error) => (error ? reject(error) : resolve()))
        }),
    )
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(task)
  assert.deepEqual(log, ['a', 'b'])
  ends.get('b')?.(new Error('broken'))
  await assert.rejects(b as Promise<void>, /broken/)
  assert.deepEqual(log, ['a', 'b', 'c'])
  ends.get('a')?.()
  await a
  assert.deepEqual(log, ['a', 'b', 'c', 'd'])
  for (const name of ['c', 'd']) ends.get(name)?.()
  await Promise.all([c, d])
})
