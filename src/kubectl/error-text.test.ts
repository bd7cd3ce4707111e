import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '#base/errors'
import { FlagError } from '#base/flags'
import { TransportError } from '#client'
import { errorText } from './error-text.ts'
import { Failures } from './failures.ts'
import { KubectlError } from './fault.ts'

const text = (error: unknown) => errorText(error, 'kubectl get')
const invalid = (...causes: [string, string][]) =>
  new ApiError('Invalid', 'Pod "p" is invalid: x', {
    details: { kind: 'Pod', name: 'p', causes: causes.map(([field, message]) => ({ field, message })) },
  })

test("errors are told in upstream's words", () => {
  const rows: [unknown, string][] = [
    [new FlagError('unknown flag: --x'), "error: unknown flag: --x\nSee 'kubectl get --help' for usage.\n"],
    [new KubectlError('no'), 'error: no\n'],
    [new KubectlError('no', { isPrefixed: false }), 'no\n'],
    [new ApiError('NotFound', 'pods "x" not found'), 'Error from server (NotFound): pods "x" not found\n'],
    [
      new ApiError('Unauthorized', 'Unauthorized'),
      'error: You must be logged in to the server (Unauthorized)\n',
    ],
    [invalid(['spec.a', 'Required value']), 'The Pod "p" is invalid: spec.a: Required value\n'],
    [invalid(['a', 'x'], ['b', 'y']), 'The Pod "p" is invalid: \n* a: x\n* b: y\n'],
    [
      new TransportError('ECONNREFUSED', 'localhost:8080', ''),
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n',
    ],
    [
      new TransportError('ENOTFOUND', 'nosuch:443', ''),
      'Unable to connect to the server: dial tcp: lookup nosuch: no such host\n',
    ],
    [
      new TransportError('DEPTH_ZERO_SELF_SIGNED_CERT', 'h:1', ''),
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority\n',
    ],
    [
      new Failures([new ApiError('NotFound', 'a'), new ApiError('Conflict', 'b')]),
      'Error from server (NotFound): a\nError from server (Conflict): b\n',
    ],
  ]
  for (const [error, expected] of rows) assert.equal(text(error), expected)
})
