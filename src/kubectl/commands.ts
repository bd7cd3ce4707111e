import type { CommandGroup, Commands } from './command.ts'

const commands: Commands = {
  create: {
    about: 'Create objects from files or standard input',
    load: async () => (await import('./commands/create.ts')).create,
  },
  delete: {
    about: 'Delete objects by files, names or labels',
    load: async () => (await import('./commands/delete.ts')).delete_,
  },
  get: {
    about: 'Show objects, one or many',
    load: async () => (await import('./commands/get.ts')).get,
  },
  options: {
    about: 'List the options that every command takes',
    load: async () => (await import('./commands/options.ts')).options,
  },
}

/** All commands. Each is loaded when it is called, so that a call pays only for what it uses. */
export const rootCommand: CommandGroup = {
  about:
    'kubectl speaks to a Kubernetes API server: it shows, makes, changes and deletes the objects of a cluster.',
  commands,
}
