import { coreResource, generator } from './generated.ts'

/** `kubectl create namespace`. */
export const namespace = generator({
  about: 'Create a namespace.',
  examples: '# Create a namespace\nkubectl create namespace dev',
  usage: 'NAME [--dry-run=server|client|none] [options]',
  aliases: ['ns'],
  flags: {},
  resource: coreResource('Namespace', 'namespaces', false),
  build: (name) => ({ metadata: { name }, spec: {}, status: {} }),
})

/** `kubectl create serviceaccount`. */
export const serviceAccount = generator({
  about: 'Create a service account.',
  examples: '# Create a service account\nkubectl create serviceaccount builder',
  usage: 'NAME [--dry-run=server|client|none] [options]',
  aliases: ['sa'],
  flags: {},
  resource: coreResource('ServiceAccount', 'serviceaccounts'),
  title: 'serviceaccount',
  build: (name) => ({ metadata: { name } }),
})
