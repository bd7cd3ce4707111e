// The addresses that the tutorial prints.

/** The machine that all programs run on. */
export const server = '192.168.8.100'

/** The plain HTTP port of the API server. */
export const api = `http://${server}:8080`

/** The machine with the private registry. */
export const registry = '172.16.1.41'

/** What stands before the names of images. */
export const images = `${registry}:5000`

/** The network of pods; its first address goes to the first pod. */
export const podNetwork = '172.17.0.0/16'

/** The address of the tutorial's pod. */
export const podAddress = '172.17.0.2'
