/**
 * Whether bytes are an object that a run time would build when it reads them: a Java object stream, a .NET
 * BinaryFormatter stream, a Python pickle of protocol 2 to 5, a Ruby Marshal stream. (PHP's and older formats are text.)
 */
export function isSerialized(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  if (JAVA.every((byte, i) => bytes[i] === byte)) return true;
  if (DOTNET.every((byte, i) => bytes[i] === byte)) return true;
  if (bytes[0] === PICKLE_PROTO) return bytes[1]! >= 2 && bytes[1]! <= 5 && bytes.at(-1) === PICKLE_STOP;
  return bytes[0] === 4 && bytes[1] === 8 && RUBY_TYPES.includes(bytes[2]!);
}

/** STREAM_MAGIC and STREAM_VERSION of the Java Object Serialization Specification §6. */
const JAVA = [0xac, 0xed, 0x00, 0x05];
/** A SerializationHeaderRecord with its usual ids (MS-NRBF §2.6.1). */
const DOTNET = [0x00, 0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff];
/** Opcodes PROTO and STOP (Python's pickletools). */
const PICKLE_PROTO = 0x80;
const PICKLE_STOP = 0x2e;
/** Types of a Ruby Marshal 4.8 stream that can hold an object. */
const RUBY_TYPES = Buffer.from('"[{oIUuecS');
