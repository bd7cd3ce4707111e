import { defineCommand } from '../command.ts'
import { print } from '../io.ts'
import type { Kubeconfig } from '../kubeconfig/config.ts'

const lister = (what: 'clusters' | 'users', of: (config: Kubeconfig) => ReadonlyMap<string, unknown>) =>
  defineCommand({
    about: `Show the ${what} of the kubeconfig.`,
    examples: `# List the ${what}\nkubectl config get-${what}`,
    usage: '[flags] [options]',
    flags: {},
    async run({ factory, io }) {
      const names = [...of(await factory.kubeconfig()).keys()].sort((a, b) => (a < b ? -1 : 1))
      print(io, ['NAME', ...names].map((name) => `${name}\n`).join(''))
    },
  })

/** `kubectl config get-clusters`. */
export const getClusters = lister('clusters', ({ clusters }) => clusters)

/** `kubectl config get-users`. */
export const getUsers = lister('users', ({ users }) => users)
