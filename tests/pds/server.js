// A real Bluesky server (PDS, sqlite only) with its directory of accounts (PLC, in memory), for one test on loopback.
// Arguments: a folder, the port of the PDS, the port of the PLC. Says "ready" on standard output.
const path = require('node:path')
const crypto = require('node:crypto')
const fs = require('node:fs')
const { PlcServer, Database } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')

async function main() {
  const [folder, port, plc] = process.argv.slice(2)
  const env = {
    devMode: true,
    port: Number(port),
    hostname: 'localhost',
    dataDirectory: path.join(folder, 'data'),
    blobstoreDiskLocation: path.join(folder, 'blobs'),
    didPlcUrl: `http://127.0.0.1:${plc}`,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    bskyAppViewUrl: 'http://127.0.0.1:9', // nothing is there
    bskyAppViewDid: 'did:example:invalid',
    jwtSecret: crypto.randomBytes(16).toString('hex'),
    adminPassword: 'admin',
    plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
  }
  for (const part of ['data', 'blobs']) fs.mkdirSync(path.join(folder, part), { recursive: true })
  await PlcServer.create({ db: Database.mock(), port: Number(plc) }).start()
  const pds = await PDS.create(envToCfg(env), envToSecrets(env))
  await pds.start()
  console.log('ready')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
