import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type TestKubectl, startKubectl } from '#testkit/kubectl'

const configMap = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\n`

/** Runs `create -f` on a text and gives the code and both outputs with the file's path left out. */
async function create(kubectl: TestKubectl, text: string, ...argv: string[]) {
  const file = join(kubectl.home, 'in.yaml')
  writeFileSync(file, text)
  const { code, out, err } = await kubectl.run(['create', '-f', file, ...argv])
  return [code, out, err.replaceAll(file, 'FILE')]
}

const start = (t: TestContext) => startKubectl(t)

test('kubectl create makes all objects of a file, and tells which it could not make', async (t) => {
  const kubectl = await start(t)
  const text = `${configMap('a')}---\n# nothing here\n---\n${configMap('b')}`
  assert.deepEqual(await create(kubectl, text), [0, 'configmap/a created\nconfigmap/b created\n', ''])
  assert.deepEqual(await create(kubectl, `${configMap('a')}---\n${configMap('c')}`), [
    1,
    'configmap/c created\n',
    'Error from server (AlreadyExists): error when creating "FILE": configmaps "a" already exists\n',
  ])
})

test('kubectl create reads lists, JSON and standard input', async (t) => {
  const kubectl = await start(t)
  const items = ['l1', 'l2'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }))
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  assert.deepEqual(await create(kubectl, list), [0, 'configmap/l1 created\nconfigmap/l2 created\n', ''])
  assert.equal(await kubectl.ok('create -f - -o name', { stdin: configMap('s') }), 'configmap/s\n')
})

test('kubectl create reads folders, and the folders in them when asked', async (t) => {
  const kubectl = await start(t)
  const folder = join(kubectl.home, 'm')
  mkdirSync(join(folder, 'below'), { recursive: true })
  writeFileSync(join(folder, 'b.yaml'), configMap('b'))
  writeFileSync(join(folder, 'a.yml'), configMap('a'))
  writeFileSync(join(folder, 'notes.txt'), 'no manifest')
  writeFileSync(
    join(folder, 'below', 'c.json'),
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
  )
  assert.equal(await kubectl.ok(`create -f ${folder}`), 'configmap/a created\nconfigmap/b created\n')
  await kubectl.ok('delete cm a b')
  assert.equal(await kubectl.ok(`create -R -f ${folder} -o name`), 'configmap/a\nconfigmap/b\nconfigmap/c\n')
})

test('kubectl create --dry-run keeps nothing', async (t) => {
  const kubectl = await start(t)
  const dry = async (how: string) => (await create(kubectl, configMap('a'), `--dry-run=${how}`))[1]
  assert.equal(await dry('client'), 'configmap/a created (dry run)\n')
  assert.equal(await dry('server'), 'configmap/a created (server dry run)\n')
  assert.equal(await kubectl.ok('get cm -o name'), '')
})

test('kubectl create tells what is wrong with a manifest', async (t) => {
  const kubectl = await start(t)
  const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: ${spec}\n`
  const rows: [string, string][] = [
    ['', 'error: no objects passed to create\n'],
    [
      'kind: Pod\n',
      'error: error validating "FILE": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false\n',
    ],
    [
      'text\n',
      'error: error validating "FILE": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false\n',
    ],
    [
      'apiVersion: foo/v1\nkind: Bar\nmetadata: {name: x}\n',
      'error: resource mapping not found for name: "x" namespace: "" from "FILE": no matches for kind "Bar" in version "foo/v1"\nensure CRDs are installed first\n',
    ],
    [
      pod('{containers: [{name: c, image: i, imagee: i}]}'),
      'Error from server (BadRequest): error when creating "FILE": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagee"\n',
    ],
    [pod('{}'), 'The Pod "p" is invalid: spec.containers: Required value\n'],
    [
      configMap('a', ', namespace: other'),
      'Error from server (NotFound): error when creating "FILE": namespaces "other" not found\n',
    ],
    ['{"kind":', 'error: error parsing FILE: unexpected EOF\n'],
  ]
  for (const [text, expected] of rows) assert.deepEqual(await create(kubectl, text), [1, '', expected], text)
})

test('kubectl create refuses a namespace that is not the one asked for', async (t) => {
  const kubectl = await start(t)
  assert.deepEqual(await create(kubectl, configMap('a', ', namespace: other'), '-n', 'foo'), [
    1,
    '',
    `error: the namespace from the provided object "other" does not match the namespace "foo". You must pass '--namespace=other' to perform this operation.\n`,
  ])
})

test('kubectl create --validate=warn tells of unknown fields and goes on', async (t) => {
  const kubectl = await start(t)
  assert.deepEqual(await create(kubectl, `${configMap('a')}dataa: {}\n`, '--validate=warn'), [
    0,
    'configmap/a created\n',
    'Warning: unknown field "dataa"\n',
  ])
})

test('kubectl delete deletes what names, files and selectors say', async (t) => {
  const kubectl = await start(t)
  await create(
    kubectl,
    ['a', 'b', 'c', 'd'].map((name) => configMap(name, `, labels: {app: ${name}}`)).join('---\n'),
  )
  assert.equal(await kubectl.ok('delete cm/a'), 'configmap "a" deleted\n')
  assert.equal(await kubectl.ok('delete cm -l app=b -o name'), 'configmap/b\n')
  const { code, out, err } = await kubectl.run(['delete', 'cm', 'c', 'x'])
  assert.deepEqual(
    [code, out, err],
    [1, 'configmap "c" deleted\n', 'Error from server (NotFound): configmaps "x" not found\n'],
  )
  assert.equal(
    await kubectl.ok('delete cm --all --dry-run=server'),
    'configmap "d" deleted (server dry run)\n',
  )
  assert.equal(await kubectl.ok('delete cm --all'), 'configmap "d" deleted\n')
  assert.equal(await kubectl.ok('delete cm -l app=d'), 'No resources found\n')
  assert.equal(await kubectl.ok('delete cm a --ignore-not-found'), '')
})

test('kubectl delete refuses what does not go together', async (t) => {
  const kubectl = await start(t)
  const rows: [string, RegExp][] = [
    ['delete', /^error: You must provide one or more resources by argument or filename\.\n/],
    ['delete cm', /^error: resource\(s\) were provided, but no name was specified\n$/],
    ['delete cm a -A', /^error: a resource cannot be retrieved by name across all namespaces\n$/],
    ['delete cm a -l b=c', /^error: name cannot be provided when a selector is specified\n$/],
    ['delete cm --all -l b=c', /^error: setting 'all' parameter but found a non empty selector\. \n$/],
    [
      'delete cm a --now --grace-period=3',
      /^error: --now and --grace-period cannot be specified together\n$/,
    ],
    ['delete cm a -o yaml', /^error: unexpected -o output mode: yaml\. We only support '-o name'\n$/],
    [
      'delete cm a --cascade=x',
      /^error: invalid cascade value \(x\)\. Must be "background", "foreground", or "orphan"\n$/,
    ],
    ['delete -f /nope', /^error: the path "\/nope" does not exist\n$/],
  ]
  for (const [line, expected] of rows) {
    const { code, out, err } = await kubectl.run(line.split(' '))
    assert.deepEqual([code, out], [1, ''], line)
    assert.match(err, expected, line)
  }
})

test('kubectl create goes on behind an object that it cannot place, but not behind one without form', async (t) => {
  const kubectl = await start(t)
  const unknown = 'apiVersion: v1\nkind: Nope\nmetadata: {name: q}\n'
  assert.deepEqual(await create(kubectl, `${configMap('a')}---\n${unknown}---\n${configMap('b')}`), [
    1,
    'configmap/a created\nconfigmap/b created\n',
    'error: resource mapping not found for name: "q" namespace: "" from "FILE": no matches for kind "Nope" in version "v1"\nensure CRDs are installed first\n',
  ])
  const items = `kind: List\napiVersion: v1\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: l}}, {kind: x}]\n`
  assert.deepEqual(await create(kubectl, `${items}---\n${configMap('c')}`), [
    1,
    '',
    'error: error validating "FILE": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false\n',
  ])
})

test('kubectl create tells refusals first, then what could not be read', async (t) => {
  const kubectl = await start(t)
  await create(kubectl, configMap('a'))
  assert.deepEqual(await create(kubectl, `${configMap('a')}---\nfoo: [\n`), [
    1,
    '',
    'Error from server (AlreadyExists): error when creating "FILE": configmaps "a" already exists\nerror parsing FILE: error converting YAML to JSON: yaml: line 1: did not find expected node content\n',
  ])
})

test('kubectl create takes only the objects that a selector fits, and notes what it created', async (t) => {
  const kubectl = await start(t)
  const text = `${configMap('a', ', labels: {x: z}')}---\n${configMap('b')}`
  assert.deepEqual(await create(kubectl, text, '-l', 'x=z', '--save-config'), [
    0,
    'configmap/a created\n',
    '',
  ])
  assert.match(await kubectl.ok('apply view-last-applied cm a'), /name: a/)
  assert.deepEqual(await create(kubectl, text, '-l', 'q'), [1, '', 'error: no objects passed to create\n'])
  const [code, , err] = await create(kubectl, text, '--edit')
  assert.match(`${code} ${err}`, /^1 error: --edit is not supported/)
})

test('kubectl create reads the files that a pattern fits', async (t) => {
  const kubectl = await start(t)
  for (const name of ['b', 'a']) writeFileSync(join(kubectl.home, `${name}.yml`), configMap(name))
  const made = await kubectl.ok(`create -f ${join(kubectl.home, '*.yml')}`)
  assert.equal(made, 'configmap/a created\nconfigmap/b created\n')
})

test('kubectl create secret without a kind of secret is a mistake, and shows its help', async (t) => {
  const kubectl = await start(t)
  const { code, out, err } = await kubectl.run(['create', 'secret'])
  assert.deepEqual([code, out, /Available Commands:/.test(err)], [1, '', true])
})

test('kubectl create configmap refuses what does not go together', async (t) => {
  const kubectl = await start(t)
  const refused = async (...flags: string[]) => (await kubectl.run(['create', 'cm', 'c', ...flags])).err
  assert.equal(
    await refused('--from-literal=a=b', '--from-env-file=x'),
    'error: from-env-file cannot be combined with from-file or from-literal\n',
  )
  assert.equal(await refused('--from-file=a=b=c'), "error: key names or file paths cannot contain '='\n")
  assert.equal(
    await refused('--from-literal=a=b', '--from-literal=a=c'),
    'error: cannot add key "a", another key by that name already exists in Data for ConfigMap "c"\n',
  )
})
