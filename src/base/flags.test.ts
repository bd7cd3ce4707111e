import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  boolKind,
  durationKind,
  flag,
  flagUsages,
  intKind,
  parseFlags,
  showDuration,
  stringKind,
  stringsKind,
} from './flags.ts'

const flags = {
  port: flag('secure-port', intKind, 6443, 'The port.', { short: 'p' }),
  servers: flag('etcd-servers', stringsKind, [], 'List of servers.'),
  output: flag('output', stringKind, '', 'Format.', { short: 'o' }),
  watch: flag('watch', boolKind, false, 'Watch.', { short: 'w' }),
  all: flag('all-namespaces', boolKind, false, 'All.', { short: 'A' }),
  wait: flag('wait', durationKind, 60_000, 'How long.'),
}

test('parseFlags() reads every form that pflag reads', () => {
  const { values, args, given } = parseFlags(flags, [
    'get',
    '-Aw',
    '-oyaml',
    'pods',
    '--secure-port=1',
    '--etcd-servers',
    'a,b',
    '--etcd-servers=c',
    '--wait=1m30s',
  ])
  assert.deepEqual(args, ['get', 'pods'])
  assert.deepEqual(
    { ...values },
    {
      port: 1,
      servers: ['a', 'b', 'c'],
      output: 'yaml',
      watch: true,
      all: true,
      wait: 90_000,
    },
  )
  assert.ok(given.has('watch') && !given.has('port-x'))
})

test('parseFlags() leaves what follows a bare -- alone', () => {
  const parsed = parseFlags(flags, ['exec', 'pod', '--', 'ls', '-l'])
  assert.deepEqual([parsed.args, parsed.dashAt], [['exec', 'pod', 'ls', '-l'], 2])
})

test('parseFlags() refuses in pflag’s words', () => {
  const refusals: [string[], string][] = [
    [['--nope'], 'unknown flag: --nope'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['--output'], 'flag needs an argument: --output'],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [
      ['--secure-port=x'],
      'invalid argument "x" for "-p, --secure-port" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      ['--watch=maybe'],
      'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
  ]
  for (const [argv, message] of refusals) assert.throws(() => parseFlags(flags, argv), { message })
})

test('flagUsages() lists flags with their defaults', () => {
  assert.match(flagUsages(flags), /^ {2}-p, --secure-port int {8}The port\. \(default 6443\)$/m)
})

test('showDuration() prints as Go does', () => {
  assert.deepEqual([0, 500, 1000, 90_000, 3_600_000].map(showDuration), [
    '0s',
    '500ms',
    '1s',
    '1m30s',
    '1h0m0s',
  ])
})
