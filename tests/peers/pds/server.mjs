// A real Bluesky PDS with a PLC directory in memory, on this machine only: node server.mjs FOLDER
// Prints one line of JSON when it answers. Every change of a repository is in FOLDER/journal.txt before it is answered.
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'

const require = createRequire(import.meta.url)
const folder = process.argv[2]
const blobs = path.join(folder, 'blobs')
const journal = fs.openSync(path.join(folder, 'journal.txt'), 'a')

// Both servers would listen on every address of the machine.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number') return listen.call(this, port, ...rest)
  return listen.call(this, port, '127.0.0.1', ...rest.filter((one) => typeof one === 'function'))
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer()
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

const directoryPort = await freePort()
const port = await freePort()
const jwtSecret = crypto.randomBytes(16).toString('hex')
const bypass = crypto.randomBytes(16).toString('hex')

const { PlcServer, Database } = require('@did-plc/server')
await PlcServer.create({ db: Database.mock(), port: directoryPort }).start()

fs.mkdirSync(blobs, { recursive: true })
Object.assign(process.env, {
  PDS_DEV_MODE: 'true',
  PDS_HOSTNAME: 'localhost',
  PDS_PORT: String(port),
  PDS_DATA_DIRECTORY: folder,
  PDS_BLOBSTORE_DISK_LOCATION: blobs,
  PDS_DID_PLC_URL: `http://127.0.0.1:${directoryPort}`,
  PDS_JWT_SECRET: jwtSecret,
  PDS_ADMIN_PASSWORD: crypto.randomBytes(16).toString('hex'),
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: crypto.randomBytes(32).toString('hex'),
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_CRAWLERS: '',
  PDS_DISABLE_SSRF_PROTECTION: 'true',
  PDS_RATE_LIMITS_ENABLED: 'true',
  PDS_RATE_LIMIT_BYPASS_KEY: bypass,
})
const { PDS, envToCfg, envToSecrets, readEnv } = await import('@atproto/pds')
const environment = readEnv()
const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))

const { sequencer } = pds.ctx
const sequenceCommit = sequencer.sequenceCommit.bind(sequencer)
sequencer.sequenceCommit = async (did, commit) => {
  const at = new Date().toISOString()
  const lines = commit.ops.map((op) => {
    const [collection, rkey] = op.path.split('/')
    return `${at} ${op.action} ${collection.split('.').pop()} at://${did}/${op.path} ${rkey}\n`
  })
  fs.writeSync(journal, lines.join(''))
  return sequenceCommit(did, commit)
}

await pds.start()
const { version } = require('@atproto/pds/package.json')
console.log(JSON.stringify({ port, version, jwtSecret, bypass }))
