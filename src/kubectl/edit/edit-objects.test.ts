import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type TestKubectl, startKubectl } from '#testkit/kubectl'

/** Edits cm/a with an editor that is a shell script, called with the file in $1. */
async function edit(kubectl: TestKubectl, script: string, ...argv: string[]) {
  const editor = join(kubectl.home, 'editor.sh')
  writeFileSync(editor, `#!/bin/sh\n${script}\n`, { mode: 0o700 })
  const { code, out, err } = await kubectl.run(['edit', 'cm', 'a', ...argv], { env: { KUBE_EDITOR: editor } })
  const copy = /stored to "(.*)"/.exec(err)?.[1]
  if (copy !== undefined) rmSync(copy)
  return [code, out, err.replace(/kubectl-edit-\d+/, 'COPY').replace(/"[^"]*COPY/, '"COPY')]
}

async function start(t: TestContext): Promise<TestKubectl> {
  const kubectl = await startKubectl(t)
  await kubectl.ok('create cm a --from-literal=x=y')
  return kubectl
}

const copied = 'A copy of your changes has been stored to "COPY.yaml"\n'

test('kubectl edit sends what was changed, as YAML or JSON', async (t) => {
  const kubectl = await start(t)
  assert.deepEqual(await edit(kubectl, `sed -i 's/x: "y"/x: "z"/' "$1"`), [0, 'configmap/a edited\n', ''])
  assert.equal(await kubectl.ok('get cm a -o jsonpath={.data.x}'), 'z')
  assert.deepEqual(await edit(kubectl, `sed -i 's/"x": "z"/"x": "w"/' "$1"`, '-o', 'json'), [
    0,
    'configmap/a edited\n',
    '',
  ])
  assert.equal(await kubectl.ok('get cm a -o jsonpath={.data.x}'), 'w')
})

test('kubectl edit sends nothing when nothing was changed or all was taken out', async (t) => {
  const kubectl = await start(t)
  assert.deepEqual(await edit(kubectl, 'true'), [0, '', 'Edit cancelled, no changes made.\n'])
  assert.deepEqual(await edit(kubectl, ': > "$1"'), [0, '', 'Edit cancelled, saved file was empty.\n'])
})

test('kubectl edit does not turn an object into another one, and keeps what was typed', async (t) => {
  const kubectl = await start(t)
  assert.deepEqual(await edit(kubectl, `sed -i 's/  name: a$/  name: b/' "$1"`), [
    1,
    '',
    `${copied}error: At least one of apiVersion, kind and name was changed\n`,
  ])
  const [, , err] = await edit(kubectl, `sed -i 's/namespace: default/namespace: foo/' "$1"`)
  assert.match(`${err}`, /the namespace from the provided object "foo" does not match/)
  const [, , other] = await edit(kubectl, `sed -i 's/uid: .*/uid: u/' "$1"`)
  assert.match(`${other}`, /error: no original object found for ConfigMap\/a/)
})

test('kubectl edit opens again with what was wrong above, until it is given up', async (t) => {
  const kubectl = await start(t)
  const seen = join(kubectl.home, 'seen')
  const breaks = `cp "$1" ${seen}; sed -i 's/kind: ConfigMap/kind: ]/' "$1"`
  assert.deepEqual(await edit(kubectl, breaks), [
    1,
    '',
    `error: configmaps "a" is invalid\n${copied}error: Edit cancelled, no valid changes were saved.\n`,
  ])
  assert.deepEqual(
    await edit(
      kubectl,
      `grep -q 'was not valid' "$1" && sed -i 's/x: 5/x: "5"/' "$1" || sed -i 's/x: .*/x: 5/' "$1"`,
    ),
    [0, 'configmap/a edited\n', 'error: configmaps "a" is invalid\n'],
  )
  const [code, , err] = await edit(kubectl, `sed -i 's/name: a$/name: 5/' "$1"`)
  assert.match(`${code} ${err}`, /^1 A copy .*\nerror: Edit cancelled, no valid changes were saved/)
})
