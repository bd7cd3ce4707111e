import type { CommandGroup, Commands } from './command.ts'

const commands: Commands = {
  annotate: {
    about: 'Change the annotations of objects',
    load: async () => (await import('./commands/annotate.ts')).annotate,
  },
  'api-resources': {
    about: 'Print the resources that the server has',
    load: async () => (await import('./commands/api-resources.ts')).apiResources,
  },
  'api-versions': {
    about: 'Print the API versions that the server has',
    load: async () => (await import('./commands/api-versions.ts')).apiVersions,
  },
  apply: {
    about: 'Make objects what manifests say',
    load: async () => (await import('./commands/apply.ts')).apply,
  },
  attach: {
    about: 'Join the streams of a container',
    load: async () => (await import('./commands/attach.ts')).attach,
  },
  'cluster-info': {
    about: 'Tell where the cluster is',
    load: async () => (await import('./commands/cluster-info.ts')).clusterInfo,
  },
  config: {
    about: 'Change kubeconfig files',
    load: async () => (await import('./commands/config.ts')).config,
  },
  create: {
    about: 'Create objects from files or standard input',
    load: async () => (await import('./commands/create.ts')).create,
  },
  delete: {
    about: 'Delete objects by files, names or labels',
    load: async () => (await import('./commands/delete.ts')).delete_,
  },
  describe: {
    about: 'Show objects for people, with their events',
    load: async () => (await import('./commands/describe.ts')).describe,
  },
  edit: {
    about: 'Change objects in an editor',
    load: async () => (await import('./commands/edit.ts')).edit,
  },
  exec: {
    about: 'Run a command in a container',
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  explain: {
    about: 'Tell what a type or a field is',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  get: {
    about: 'Show objects, one or many',
    load: async () => (await import('./commands/get.ts')).get,
  },
  label: {
    about: 'Change the labels of objects',
    load: async () => (await import('./commands/label.ts')).label,
  },
  logs: {
    about: 'Print the logs of a container',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  options: {
    about: 'List the options that every command takes',
    load: async () => (await import('./commands/options.ts')).options,
  },
  patch: {
    about: 'Change fields of objects by a patch',
    load: async () => (await import('./commands/patch.ts')).patch,
  },
  'port-forward': {
    about: 'Forward local ports to a pod',
    load: async () => (await import('./commands/port-forward.ts')).portForward,
  },
  replace: {
    about: 'Put manifests in the place of objects',
    load: async () => (await import('./commands/replace.ts')).replace,
  },
  run: {
    about: 'Create a pod that runs an image',
    load: async () => (await import('./commands/run.ts')).run,
  },
  version: {
    about: 'Print the versions of client and server',
    load: async () => (await import('./commands/version.ts')).version,
  },
  wait: {
    about: 'Wait until something holds of objects',
    load: async () => (await import('./commands/wait.ts')).wait,
  },
}

/** All commands. Each is loaded when it is called, so that a call pays only for what it uses. */
export const rootCommand: CommandGroup = {
  about:
    'kubectl speaks to a Kubernetes API server: it shows, makes, changes and deletes the objects of a cluster.',
  commands,
}
