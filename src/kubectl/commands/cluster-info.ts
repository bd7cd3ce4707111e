import { defineCommand } from '../command.ts'
import { gather, objectsOf } from '../get/gather.ts'
import { print } from '../io.ts'

/** `kubectl cluster-info`. */
export const clusterInfo = defineCommand({
  about:
    'Tell where the control plane and the services with the label kubernetes.io/cluster-service=true are.',
  examples: '# Tell where the cluster is\nkubectl cluster-info',
  usage: '[flags] [options]',
  flags: {},
  async run({ factory, io }) {
    const { transport } = await factory.target()
    const services = await (await factory.mapper()).byWord('services')
    const { found, errors } = await gather([{ resource: services, name: undefined }], {
      client: await factory.client(),
      signal: io.signal,
      namespace: 'kube-system',
      labelSelector: 'kubernetes.io/cluster-service=true',
      fieldSelector: '',
      subresource: '',
      chunkSize: 0,
      form: 'json',
      includeObject: false,
    })
    if (errors.length > 0) throw errors[0]
    print(io, `Kubernetes control plane is running at ${transport.server}\n`)
    for (const { metadata } of objectsOf(found)) {
      const title = metadata.labels?.['kubernetes.io/name'] ?? metadata.name
      print(
        io,
        `${title} is running at ${transport.server}/api/v1/namespaces/kube-system/services/${metadata.name}/proxy\n`,
      )
    }
    print(io, "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
  },
})
