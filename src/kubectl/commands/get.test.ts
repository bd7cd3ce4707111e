import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestKubectl, startKubectl } from '#testkit/kubectl'

describe('kubectl get', () => {
  const cleanups: (() => unknown)[] = []
  let kubectl: TestKubectl

  before(async () => {
    kubectl = await startKubectl({ after: (run) => void cleanups.push(run as () => unknown) })
    const post = async (path: string, object: object) => {
      const response = await fetch(`${kubectl.url}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
      })
      assert.equal(response.status, 201, await response.text())
    }
    const labels = { app: 'web', 'x.y/tier': 'front' }
    const spec = { containers: [{ name: 'c', image: 'nginx' }] }
    await post('namespaces/default/pods', { metadata: { name: 'web', labels }, spec })
    await post('namespaces/default/pods', { metadata: { name: 'db' }, spec })
    await post('namespaces/default/configmaps', { metadata: { name: 'a' }, data: { x: 'y' } })
    await kubectl.clock.advance(90_000)
  })

  after(async () => {
    for (const run of cleanups) await run()
  })

  test('shows a table, in columns three spaces apart', async () => {
    assert.equal(
      await kubectl.ok('get pods'),
      `NAME   READY   STATUS    RESTARTS   AGE
db     0/1     Pending   0          90s
web    0/1     Pending   0          90s
`,
    )
  })

  test('shows more columns when asked', async () => {
    assert.equal(
      await kubectl.ok('get pods -l app=web -A -L app,x.y/tier,none --show-labels'),
      `NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   APP   TIER    NONE   LABELS
default     web    0/1     Pending   0          90s   web   front          app=web,x.y/tier=front
`,
    )
  })

  test('joins what is of one type and parts what is not', async () => {
    assert.equal(
      await kubectl.ok('get pods/web cm/a'),
      `NAME      READY   STATUS    RESTARTS   AGE
pod/web   0/1     Pending   0          90s

NAME          DATA   AGE
configmap/a   1      90s
`,
    )
  })

  test('-o name, json and yaml', async () => {
    assert.equal(await kubectl.ok('get po,cm -o name'), 'pod/db\npod/web\nconfigmap/a\n')
    const list = JSON.parse(await kubectl.ok('get pods -o json')) as {
      kind: string
      items: { kind: string }[]
    }
    assert.deepEqual([list.kind, list.items.map(({ kind }) => kind)], ['List', ['Pod', 'Pod']])
    const yaml = await kubectl.ok('get cm a -o yaml')
    assert.match(
      yaml,
      /^apiVersion: v1\ndata:\n {2}x: "?y"?\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: /,
    )
  })

  test('says when there is nothing', async () => {
    const nothing = async (...argv: string[]) => {
      const { code, out, err } = await kubectl.run(['get', ...argv])
      assert.deepEqual([code, out], [0, ''])
      return err
    }
    assert.equal(await nothing('pods', '-n', 'x'), 'No resources found in x namespace.\n')
    assert.equal(await nothing('pods', '-A', '-l', 'a=b'), 'No resources found\n')
    assert.equal(await nothing('pods', 'none', '--ignore-not-found'), '')
  })

  test('shows what is there and tells what is not', async () => {
    const { code, out, err } = await kubectl.run(['get', 'pods', 'none', 'web', '--no-headers'])
    assert.deepEqual([code, out], [1, 'web   0/1   Pending   0     90s\n'])
    assert.equal(err, 'Error from server (NotFound): pods "none" not found\n')
  })

  test('refuses what makes no sense', async () => {
    const rows: [string, RegExp][] = [
      ['get', /^You must specify the type of resource to get\./],
      ['get nopes', /^error: the server doesn't have a resource type "nopes"\n$/],
      ['get pods web -l a=b', /^error: name cannot be provided when a selector is specified\n$/],
      ['get pods web -A', /^error: a resource cannot be retrieved by name across all namespaces\n$/],
      ['get pods x/y', /^error: there is no need to specify a resource type as a separate argument/],
      ['get a/b/c', /^error: arguments in resource\/name form may not have more than one slash\n$/],
      ['get pods -o zip', /^error: unable to match a printer suitable for the output format "zip"/],
      ['get pods,cm -w', /^error: you may only specify a single resource type\n$/],
      ['get pods --raw /api', /^error: arguments may not be passed when --raw is specified\n$/],
      ['get pods --nope', /^error: unknown flag: --nope\nSee 'kubectl get --help' for usage\.\n$/],
      [
        'get pods -l a=,=',
        /^Error from server \(BadRequest\): Unable to find "\/v1, Resource=pods" that match/,
      ],
    ]
    for (const [line, expected] of rows) {
      const { code, out, err } = await kubectl.run(line.split(' '))
      assert.deepEqual([code, out], [1, ''], line)
      assert.match(err, expected, line)
    }
  })

  test('--raw shows any path as it is', async () => {
    assert.match(await kubectl.ok('get --raw /api'), /^\{"kind":"APIVersions","versions":\["v1"\]/)
  })

  test('-w follows with the columns of the first table', async () => {
    const stop = new AbortController()
    let shown = ''
    const following = kubectl.run(['get', 'cm', '--output-watch-events', '-w'], {
      signal: stop.signal,
      onOut(text) {
        shown += text
        if (shown.includes('ADDED') && !shown.includes('MODIFIED')) void touch()
        if (shown.includes('MODIFIED')) stop.abort()
      },
    })
    const touch = () =>
      fetch(`${kubectl.url}/api/v1/namespaces/default/configmaps/a`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ data: { more: '1' } }),
      })
    assert.equal((await following).code, 130)
    assert.equal(
      shown,
      'EVENT   NAME   DATA   AGE\nADDED   a      1      90s\nMODIFIED   a      2      90s\n',
    )
  })
})
