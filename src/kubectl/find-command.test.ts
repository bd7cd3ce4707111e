import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CommandGroup, defineCommand } from './command.ts'
import { KubectlError } from './fault.ts'
import { findCommand } from './find-command.ts'
import { globalFlags } from './global-flags.ts'

const leaf = defineCommand({ about: 'x', usage: '', flags: {}, run: async () => {} })
const config: CommandGroup = {
  about: 'x',
  commands: {
    view: { about: 'x', load: async () => leaf },
    'use-context': { about: 'x', aliases: ['use'], load: async () => leaf },
  },
}
const create: CommandGroup = {
  about: 'x',
  own: leaf,
  commands: { namespace: { about: 'x', aliases: ['ns'], load: async () => leaf } },
}
const root: CommandGroup = {
  about: 'x',
  commands: {
    get: { about: 'x', load: async () => leaf },
    config: { about: 'x', load: async () => config },
    create: { about: 'x', load: async () => create },
  },
}
const find = (...argv: string[]) => findCommand(root, argv, globalFlags)

test('a command is found wherever flags stand', async () => {
  const rows: [string[], string, string[]][] = [
    [['get', 'pods'], 'kubectl get', ['pods']],
    [['-n', 'x', 'get', 'pods'], 'kubectl get', ['-n', 'x', 'pods']],
    [['--namespace=x', '-v', '6', 'get'], 'kubectl get', ['--namespace=x', '-v', '6']],
    [['config', '--context', 'a', 'use', 'b'], 'kubectl config use-context', ['--context', 'a', 'b']],
    [['create', '-f', 'x.yaml'], 'kubectl create', ['-f', 'x.yaml']],
    [['create', 'ns', 'a'], 'kubectl create namespace', ['a']],
    [['config'], 'kubectl config', []],
  ]
  for (const [argv, path, rest] of rows) {
    const found = await find(...argv)
    assert.deepEqual([found.path, found.rest], [path, rest])
  }
})

test('an unknown command is refused, with those that are like it', async () => {
  const told = async (...argv: string[]) => {
    const error = await find(...argv).then(
      () => assert.fail(),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof KubectlError)
    return error.message
  }
  assert.equal(await told('gte'), 'unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n')
  assert.equal(await told('zzzzzz'), 'unknown command "zzzzzz" for "kubectl"')
  assert.equal(
    await told('config', 'x'),
    `unknown command "x"\nSee 'kubectl config -h' for help and examples`,
  )
})
