/**
 * @file Keeps ONNX Runtime from reporting home. Import it before the runtime.
 *
 * From 1.29 on it sends events about sessions and models to Microsoft and keeps a device id, on Linux and macOS unless
 * this variable is set when the library is loaded. Pictures here are private, and so is what is done with them.
 */

// Only in the main thread does this reach the process's environment; it is always the first to load the runtime.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
