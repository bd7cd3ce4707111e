// The node side of a storage driver: a volume is a folder. What it is asked is noted.
import { create, fromBinary, toBinary, type DescMethodUnary, type DescService } from '@bufbuild/protobuf'
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, status } from '@grpc/grpc-js'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Node as NodeService } from '../src/kubelet/volumes/csi/gen/csi_pb.ts'
import { Registration } from '../src/kubelet/volumes/csi/gen/registration_pb.ts'

/** What a driver is made with. */
export interface TestDriverOptions {
  readonly name: string
  /** Where it keeps its volumes, and the socket at which it is asked. */
  readonly folder: string
  /** The kubelet's folder of plugins. */
  readonly registryFolder: string
  /** What it can do, by the published numbers; staging and stats without it. */
  readonly capabilities?: readonly number[]
  readonly mount: (source: string, target: string) => Promise<void>
  readonly unmount: (target: string) => Promise<void>
}

type Asked = Readonly<Record<string, unknown>>

/** A driver in this process. */
export class TestCsiDriver {
  readonly #options: TestDriverOptions
  readonly #servers: Server[] = []
  /** Verbs and what came with them, in order. */
  readonly calls: (readonly [string, Asked])[] = []
  /** Verbs that fail, with the words they fail with. */
  readonly faults = new Map<string, string>()

  constructor(options: TestDriverOptions) {
    this.#options = options
  }

  /** The verbs that it was asked, in order. */
  get verbs(): string[] {
    return this.calls.map(([verb]) => verb)
  }

  /** Listens, and makes itself known. */
  async start(): Promise<void> {
    const { name, folder, registryFolder } = this.#options
    await mkdir(folder, { recursive: true })
    await mkdir(registryFolder, { recursive: true })
    const endpoint = join(folder, 'csi.sock')
    await this.#listen(NodeService, endpoint, (verb, asked) => this.#answer(verb, asked))
    const info = { type: 'CSIPlugin', name, endpoint, supportedVersions: ['1.0.0'] }
    const registry = join(registryFolder, `${name}-reg.sock`)
    await this.#listen(Registration, registry, async (verb) => (verb === 'GetInfo' ? info : {}))
  }

  /** Goes without a word; its sockets go too. */
  async close(): Promise<void> {
    for (const server of this.#servers.splice(0)) server.forceShutdown()
    await rm(join(this.#options.registryFolder, `${this.#options.name}-reg.sock`), { force: true })
  }

  async #listen(
    service: DescService,
    socket: string,
    answer: (verb: string, asked: Asked) => Promise<object>,
  ): Promise<void> {
    await rm(socket, { force: true })
    const server = new Server()
    const methods = service.methods.filter((one): one is DescMethodUnary => one.methodKind === 'unary')
    server.addService(
      Object.fromEntries(methods.map((one) => [one.localName, definition(one)])),
      Object.fromEntries(methods.map((one) => [one.localName, this.#handler(one, answer)])),
    )
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      )
    })
    this.#servers.push(server)
  }

  #handler(method: DescMethodUnary, answer: (verb: string, asked: Asked) => Promise<object>) {
    return async ({ request }: ServerUnaryCall<Asked, object>, done: sendUnaryData<object>) => {
      this.calls.push([method.name, request])
      const fault = this.faults.get(method.name)
      if (fault !== undefined) return done({ code: status.INTERNAL, details: fault })
      try {
        done(null, create(method.output, (await answer(method.name, request)) as Asked))
      } catch (error) {
        done({ code: status.INTERNAL, details: String(error) })
      }
    }
  }

  async #answer(verb: string, asked: Asked): Promise<object> {
    const { mount, unmount, folder, capabilities = [1, 2] } = this.#options
    const [target, staged] = [String(asked['targetPath']), String(asked['stagingTargetPath'])]
    switch (verb) {
      case 'NodeGetInfo':
        return {
          nodeId: 'here',
          maxVolumesPerNode: 7n,
          accessibleTopology: { segments: { 'test.local/rack': 'r1' } },
        }
      case 'NodeGetCapabilities':
        return { capabilities: capabilities.map((type) => ({ type: { case: 'rpc', value: { type } } })) }
      case 'NodeStageVolume':
        await mkdir(this.#volume(asked), { recursive: true })
        await mount(this.#volume(asked), staged)
        return {}
      case 'NodePublishVolume':
        await mkdir(this.#volume(asked), { recursive: true })
        await mkdir(target, { recursive: true })
        await mount(staged === '' ? this.#volume(asked) : staged, target)
        return {}
      case 'NodeUnpublishVolume':
        await unmount(target)
        await rm(target, { recursive: true, force: true })
        return {}
      case 'NodeUnstageVolume':
        await unmount(staged)
        return {}
      case 'NodeGetVolumeStats':
        return {
          usage: [
            { unit: 1, available: 60n, total: 100n, used: 40n },
            { unit: 2, available: 6n, total: 10n, used: 4n },
          ],
        }
      default:
        throw new Error(`${folder} does not know ${verb}`)
    }
  }

  #volume(asked: Asked): string {
    return join(this.#options.folder, 'volumes', String(asked['volumeId']))
  }
}

const definition = (method: DescMethodUnary) => ({
  path: `/${method.parent.typeName}/${method.name}`,
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: Asked) => Buffer.from(toBinary(method.input, create(method.input, message))),
  requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
  responseSerialize: (message: Asked) => Buffer.from(toBinary(method.output, create(method.output, message))),
  responseDeserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
})
