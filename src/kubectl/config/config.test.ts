import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startKubectl } from '#testkit/kubectl'

async function start(t: TestContext) {
  const kubectl = await startKubectl(t)
  const file = join(kubectl.home, 'config')
  const env = { KUBECONFIG: file }
  // Without the server that tests name, which is a field of config's own commands.
  const run = (...argv: string[]) => kubectl.bare(['config', ...argv], { env })
  const ok = async (line: string) => {
    const { code, out, err } = await run(...line.split(' '))
    assert.deepEqual([code, err], [0, ''], line)
    return out
  }
  return { kubectl, file, env, run, ok }
}

test('kubectl config makes, changes, uses and deletes entries', async (t) => {
  const { ok, file } = await start(t)
  assert.equal(await ok('set-cluster c --server=https://h:1'), 'Cluster "c" set.\n')
  assert.equal(await ok('set-credentials u --token=abc'), 'User "u" set.\n')
  assert.equal(await ok('set-context x --cluster=c --user=u'), 'Context "x" created.\n')
  assert.equal(await ok('set-context x --namespace=n'), 'Context "x" modified.\n')
  assert.equal(await ok('use-context x'), 'Switched to context "x".\n')
  assert.equal(await ok('current-context'), 'x\n')
  assert.equal(
    await ok('get-contexts'),
    'CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n*         x      c         u          n\n',
  )
  assert.equal(await ok('get-clusters'), 'NAME\nc\n')
  assert.match(await ok('view'), /token: REDACTED/)
  assert.match(await ok('view --raw'), /token: abc/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(await ok('rename-context x y'), 'Context "x" renamed to "y".\n')
  assert.equal(await ok('set contexts.y.namespace z'), 'Property "contexts.y.namespace" set.\n')
  assert.match(
    readFileSync(file, 'utf8'),
    /namespace: z\n {4}user: u\n {2}name: "?y"?\ncurrent-context: "?y"?\n/,
  )
  assert.equal(await ok('unset contexts.y.namespace'), 'Property "contexts.y.namespace" unset.\n')
  assert.equal(await ok('delete-context y'), `deleted context y from ${file}\n`)
  assert.equal(await ok('delete-user u'), `deleted user u from ${file}\n`)
})

test('kubectl config refuses what is not there', async (t) => {
  const { run, file } = await start(t)
  const rows: [string, string][] = [
    ['current-context', 'error: current-context is not set\n'],
    ['use-context q', 'error: no context exists with the name: "q"\n'],
    ['delete-cluster q', `error: cannot delete cluster q, not in ${file}\n`],
    ['rename-context q r', `error: cannot rename the context "q", it's not in ${file}\n`],
    ['set-context', 'error: you must specify a non-empty context name or --current\n'],
    [
      'set-credentials u --token=a --username=b',
      'error: you cannot specify more than one authentication method at the same time: --token, --username/--password\n',
    ],
  ]
  for (const [line, expected] of rows) {
    const { code, err } = await run(...line.split(' '))
    assert.deepEqual([code, err], [1, expected], line)
  }
})

test('kubectl config changes the file that has the entry', async (t) => {
  const { kubectl, file } = await start(t)
  const other = join(kubectl.home, 'other')
  const entry = (name: string) =>
    `apiVersion: v1\nkind: Config\nclusters:\n- cluster: {server: "https://${name}"}\n  name: ${name}\n`
  writeFileSync(file, entry('a'))
  writeFileSync(other, entry('b'))
  const env = { KUBECONFIG: `${file}:${other}` }
  assert.equal((await kubectl.bare(['config', 'set-cluster', 'b', '--server=https://new'], { env })).code, 0)
  assert.match(readFileSync(other, 'utf8'), /https:\/\/new/)
  assert.equal(readFileSync(file, 'utf8'), entry('a'))
})
