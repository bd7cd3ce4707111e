import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import { sampleOf } from '#testkit/kind-samples'
import type { CertificateSigningRequest } from '../gen/certificates-v1.ts'
import { certificateSigningRequest as kind } from './certificate-signing-request.ts'
import { pemBlocks } from './pem.ts'

type Full = CertificateSigningRequest
type Status = Required<Pick<Full, 'status'>>['status']
const sound = () => read<Full>(kind, sampleOf(kind))
const base64 = (text: string) => Buffer.from(text).toString('base64')
const certificate = base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
const another = base64('-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n')
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

test('a wrong request is refused', () => {
  refuses<Full>(kind, sound, [
    [
      ({ spec }) => (spec.request = base64('no PEM')),
      `spec.request: Invalid value: "${base64('no PEM')}": PEM block type must be CERTIFICATE REQUEST`,
    ],
    [
      ({ spec }) => (spec.request = certificate),
      `spec.request: Invalid value: "${certificate}": PEM block type must be CERTIFICATE REQUEST`,
    ],
    [({ spec }) => (spec.usages = []), 'spec.usages: Required value: usages must be provided'],
    [
      ({ spec }) => (spec.usages = ['any', 'any', 'all']),
      /^spec\.usages\[2\]: Unsupported value: "all": supported values: "any", "cert sign", "client auth",/,
      'spec.usages[1]: Duplicate value: "any"',
    ],
    [({ spec }) => (spec.signerName = ''), 'spec.signerName: Required value: signerName must be provided'],
    [
      ({ spec }) => (spec.signerName = 'kubernetes.io/legacy-unknown'),
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    ],
    [
      ({ spec }) => (spec.signerName = 'a.b/c/d'),
      'spec.signerName: Invalid value: "a.b/c/d": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
    [
      ({ spec }) => (spec.signerName = 'signer'),
      'spec.signerName: Invalid value: "signer": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
    [
      ({ spec }) => (spec.signerName = 'example/c'),
      'spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots',
    ],
    [
      ({ spec }) => (spec.signerName = 'A.com/c'),
      `spec.signerName: Invalid value: "A.com": validating label "A": ${label}`,
    ],
    [
      ({ spec }) => (spec.signerName = 'a.com/C'),
      /^spec\.signerName: Invalid value: "C": validating label "C": a lowercase RFC 1123 subdomain/,
    ],
    [
      ({ spec }) => (spec.expirationSeconds = 599),
      'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
    ],
  ])
})

test('who asks is noted by the server, whatever the client says', () => {
  const request = { ...sound(), status: { certificate } }
  request.spec = { ...request.spec, username: 'root', groups: ['system:masters'] }
  const user = { name: 'ann', uid: 'u', groups: ['dev'], extra: { a: ['b'] } }
  kind.rules.prepareCreate?.(request, { now: 0, subresource: '', user })
  const { username, uid, groups, extra } = request.spec
  assert.deepEqual(
    { username, uid, groups, extra },
    { username: 'ann', uid: 'u', groups: ['dev'], extra: { a: ['b'] } },
  )
  assert.deepEqual(request.status, {})
})

const condition = (type: string, status = 'True', more: object = {}) => ({ type, status, ...more })
const withStatus = (status: Status): Full => ({ ...stored<Full>(kind, sampleOf(kind)), status })
const conditions = 'status.conditions'

type Row = readonly [through: string, before: Status, after: Status, ...faults: string[]]
const changes: readonly Row[] = [
  ['approval', {}, { conditions: [condition('Approved')] }],
  [
    'approval',
    {},
    { conditions: [condition('Approved'), condition('Denied')] },
    `${conditions}[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive`,
  ],
  [
    'approval',
    {},
    { conditions: [condition('Approved', 'False')] },
    `${conditions}[0].status: Unsupported value: "False": supported values: "True"`,
  ],
  [
    'approval',
    {},
    { conditions: [condition('Odd', 'Maybe'), condition('', '')] },
    `${conditions}[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"`,
    `${conditions}[1].type: Required value`,
    `${conditions}[1].status: Required value`,
  ],
  [
    'approval',
    { conditions: [condition('Approved')] },
    {},
    `${conditions}: Forbidden: updates may not remove a condition of type "Approved"`,
  ],
  [
    'status',
    {},
    { conditions: [condition('Approved')] },
    `${conditions}: Forbidden: updates may not add a condition of type "Approved"`,
  ],
  [
    'status',
    { conditions: [condition('Approved', 'True', { reason: 'A' })] },
    { conditions: [condition('Approved', 'True', { reason: 'B' })] },
    `${conditions}: Forbidden: updates may not modify a condition of type "Approved"`,
  ],
  ['status', {}, { conditions: [condition('Failed')], certificate }],
  [
    'status',
    { certificate },
    { certificate: another },
    'status.certificate: Forbidden: updates may not modify existing certificate content',
  ],
  [
    'status',
    {},
    { certificate: base64('none') },
    'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
  ],
  [
    'status',
    {},
    { certificate: sound().spec.request },
    'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"',
  ],
  [
    'status',
    {},
    { conditions: [condition('Failed'), condition('Failed')] },
    `${conditions}[1].type: Duplicate value: "Failed"`,
  ],
]

test('only approval decides, only the status gets the certificate, and once', () => {
  for (const [through, before, after, ...expected] of changes) {
    const { faults } = write<Full>(kind, withStatus(before), (next) => (next.status = after), through)
    told(faults, expected, `${through} ${JSON.stringify(after)}`)
  }
})

test('each door leaves the rest alone, and dates what it writes', () => {
  const old = withStatus({ certificate })
  const approved = write<Full>(
    kind,
    old,
    (next) => Object.assign(next, { status: { conditions: [condition('Approved')] } }),
    'approval',
  ).object
  const now = '1970-01-01T00:00:00Z'
  const dated = condition('Approved', 'True', { lastUpdateTime: now, lastTransitionTime: now })
  assert.deepEqual(approved.status, { certificate, conditions: [dated] })
  const main = write<Full>(kind, old, (next) => Object.assign(next, { status: {}, spec: sound().spec }))
  assert.deepEqual(main.object.status, { certificate })
})

test('the table tells how far a request is', () => {
  const shown = (status: Status) => kind.cells['Condition']?.({ ...sound(), status } as Full, 0)
  assert.deepEqual(
    [
      {},
      { conditions: [condition('Approved')] },
      { conditions: [condition('Approved'), condition('Failed')] },
      { conditions: [condition('Denied'), condition('Approved')] },
      { conditions: [condition('Approved')], certificate },
    ].map(shown),
    ['Pending', 'Approved', 'Approved,Failed', 'Denied', 'Approved,Issued'],
  )
  assert.equal(kind.cells['RequestedDuration']?.(sound(), 0), '24h')
})

test('blocks of PEM are found among other text', () => {
  const text =
    'hello\n-----BEGIN A-----\nk: v\n\nAAAA\n-----END A-----\nthere\n-----BEGIN B-----\n-----END B-----'
  assert.deepEqual(pemBlocks(base64(text)), [
    { type: 'A', hasHeaders: true },
    { type: 'B', hasHeaders: false },
  ])
  assert.deepEqual(pemBlocks(base64('-----BEGIN A-----\nAAAA\n-----END B-----\n')), [])
})
