import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKubectl } from '#testkit/kubectl'

test('kubectl wait tells what holds, and what does not hold in time', async (t) => {
  const kubectl = await startKubectl(t)
  await kubectl.ok('create cm a --from-literal=x=y')
  const wait = async (line: string) => {
    const { code, out, err } = await kubectl.run(['wait', ...line.split(' ')])
    return [code, out + err]
  }
  assert.deepEqual(await wait('--for=create cm/a'), [0, 'configmap/a condition met\n'])
  assert.deepEqual(await wait('--for=jsonpath={.data.x}=y cm/a -o name'), [0, 'configmap/a\n'])
  assert.deepEqual(await wait('--for=delete cm/nope'), [0, ''])
  assert.deepEqual(await wait('--for=delete cm --all --timeout=0'), [
    1,
    'error: condition not met for configmaps/a\n',
  ])
  assert.deepEqual(await wait('--for=condition=Ready cm/nope'), [
    1,
    'Error from server (NotFound): configmaps "nope" not found\n',
  ])
  assert.deepEqual(await wait('--for=condition=Ready pods --all'), [
    1,
    'error: no matching resources found\n',
  ])
})

test('kubectl wait looks again until what it waits for is there, or the time is up', async (t) => {
  const kubectl = await startKubectl(t)
  const soon = kubectl.run(['wait', '--for=create', 'cm/late'])
  const never = kubectl.run(['wait', '--for=condition=Ready', 'ns/default', '--timeout=1s'])
  while (kubectl.clock.waiting < 2) await new Promise(setImmediate)
  await kubectl.ok('create cm late')
  let isOver = false
  const both = Promise.all([soon, never]).finally(() => {
    isOver = true
  })
  while (!isOver) {
    await kubectl.clock.advance(100)
    await new Promise(setImmediate)
  }
  const [late, ready] = await both
  assert.equal(late.out, 'configmap/late condition met\n')
  assert.equal(ready.err, 'error: timed out waiting for the condition on namespaces/default\n')
})
