import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shutdownOf } from './logind.ts'

test('shutdownOf() reads what busctl prints of a signal', () => {
  const line = (member: string, data: unknown[]) =>
    JSON.stringify({ type: 'signal', path: '/org/freedesktop/login1', member, payload: { type: 'b', data } })
  assert.equal(shutdownOf(line('PrepareForShutdown', [true])), true)
  assert.equal(shutdownOf(line('PrepareForShutdown', [false])), false)
  assert.equal(shutdownOf(line('PrepareForSleep', [true])), undefined)
  assert.equal(shutdownOf('Monitoring bus message stream.'), undefined)
  assert.equal(shutdownOf('{}'), undefined)
})
