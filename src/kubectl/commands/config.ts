import type { CommandGroup } from '../command.ts'

/** `kubectl config`. */
export const config: CommandGroup = {
  about: `Change kubeconfig files.

With --kubeconfig only that file counts. Otherwise those that $KUBECONFIG lists are merged, and without it ~/.kube/config
is used. A value is changed in the file that has it; a new one goes into the first file there is.`,
  commands: {
    'current-context': {
      about: 'Show the current context',
      load: async () => (await import('../config/contexts.ts')).currentContext,
    },
    'delete-cluster': {
      about: 'Delete a cluster',
      load: async () => (await import('../config/delete.ts')).deleteCluster,
    },
    'delete-context': {
      about: 'Delete a context',
      load: async () => (await import('../config/delete.ts')).deleteContext,
    },
    'delete-user': {
      about: 'Delete a user',
      load: async () => (await import('../config/delete.ts')).deleteUser,
    },
    'get-clusters': {
      about: 'Show the clusters',
      load: async () => (await import('../config/lists.ts')).getClusters,
    },
    'get-contexts': {
      about: 'Show one or many contexts',
      load: async () => (await import('../config/contexts.ts')).getContexts,
    },
    'get-users': { about: 'Show the users', load: async () => (await import('../config/lists.ts')).getUsers },
    'rename-context': {
      about: 'Rename a context',
      load: async () => (await import('../config/contexts.ts')).renameContext,
    },
    set: { about: 'Set one value', load: async () => (await import('../config/properties.ts')).set },
    'set-cluster': {
      about: 'Set a cluster',
      load: async () => (await import('../config/entries.ts')).setCluster,
    },
    'set-context': {
      about: 'Set a context',
      load: async () => (await import('../config/entries.ts')).setContext,
    },
    'set-credentials': {
      about: 'Set a user',
      load: async () => (await import('../config/entries.ts')).setCredentials,
    },
    unset: { about: 'Remove one value', load: async () => (await import('../config/properties.ts')).unset },
    'use-context': {
      about: 'Set the current context',
      aliases: ['use'],
      load: async () => (await import('../config/contexts.ts')).useContext,
    },
    view: { about: 'Show the kubeconfig', load: async () => (await import('../config/view.ts')).view },
  },
}
