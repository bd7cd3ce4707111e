import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { toFault } from './fault.ts'

const failed = (code: number, details: string): ServiceError =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: new Metadata() })

test('toFault() speaks of codes as users of Go know them', () => {
  const fault = toFault(failed(status.NOT_FOUND, 'no such container'))
  assert.equal(fault.code, 'notFound')
  assert.equal(fault.grpcCode, 'NotFound')
  assert.equal(fault.message, 'no such container')
  assert.equal(toFault(failed(status.UNKNOWN, '')).code, 'failed')
})

test('toFault() names the socket that nobody listens on, and why', () => {
  const details =
    'No connection established. Last error: Error: connect ENOENT /run/containerd/containerd.sock. Resolution note: '
  const fault = toFault(failed(status.UNAVAILABLE, details))
  assert.equal(fault.code, 'unavailable')
  assert.equal(
    fault.message,
    'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
  )
  assert.match(
    toFault(failed(status.UNAVAILABLE, 'Last error: connect ECONNREFUSED /tmp/a.sock')).message,
    /dial unix \/tmp\/a\.sock: connect: connection refused/,
  )
})
