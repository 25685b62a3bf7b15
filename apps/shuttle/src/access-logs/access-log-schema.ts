import protobuf from 'protobufjs';

/** The one method of Envoy's access log service, version 3 of its API. */
export const STREAM_ACCESS_LOGS = '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs';

/**
 * What is read of Envoy's messages: names, numbers and types as in its public API (envoy/service/accesslog/v3/als.proto,
 * envoy/data/accesslog/v3/accesslog.proto, envoy/config/core/v3/base.proto and address.proto of
 * github.com/envoyproxy/data-plane-api). Fields that are not here are skipped as they come.
 */
const DEFINITIONS = `
syntax = "proto3";

message StreamAccessLogsMessage {
  message Identifier {
    Node node = 1;
    string log_name = 2;
  }
  message HTTPAccessLogEntries {
    repeated HTTPAccessLogEntry log_entry = 1;
  }
  message TCPAccessLogEntries {
    repeated Ignored log_entry = 1;
  }
  Identifier identifier = 1;
  oneof log_entries {
    HTTPAccessLogEntries http_logs = 2;
    TCPAccessLogEntries tcp_logs = 3;
  }
}

message StreamAccessLogsResponse {}

message Ignored {}

message Node {
  string id = 1;
}

message HTTPAccessLogEntry {
  enum HTTPVersion {
    PROTOCOL_UNSPECIFIED = 0;
    HTTP10 = 1;
    HTTP11 = 2;
    HTTP2 = 3;
    HTTP3 = 4;
  }
  AccessLogCommon common_properties = 1;
  HTTPVersion protocol_version = 2;
  HTTPRequestProperties request = 3;
  HTTPResponseProperties response = 4;
}

message AccessLogCommon {
  TLSProperties tls_properties = 4;
  Timestamp start_time = 5;
  Duration time_to_first_upstream_tx_byte = 7;
  Duration time_to_last_upstream_rx_byte = 10;
  Duration time_to_last_downstream_tx_byte = 12;
  Address upstream_remote_address = 13;
  string upstream_cluster = 15;
}

message TLSProperties {
  enum TLSVersion {
    VERSION_UNSPECIFIED = 0;
    TLSv1 = 1;
    TLSv1_1 = 2;
    TLSv1_2 = 3;
    TLSv1_3 = 4;
  }
  TLSVersion tls_version = 1;
}

message HTTPRequestProperties {
  enum RequestMethod {
    METHOD_UNSPECIFIED = 0;
    GET = 1;
    HEAD = 2;
    POST = 3;
    PUT = 4;
    DELETE = 5;
    CONNECT = 6;
    OPTIONS = 7;
    TRACE = 8;
    PATCH = 9;
  }
  RequestMethod request_method = 1;
  string scheme = 2;
  string authority = 3;
  string path = 5;
  string forwarded_for = 8;
  string request_id = 9;
  uint64 request_headers_bytes = 11;
  uint64 request_body_bytes = 12;
}

message HTTPResponseProperties {
  UInt32Value response_code = 1;
  uint64 response_headers_bytes = 2;
  uint64 response_body_bytes = 3;
}

message Address {
  SocketAddress socket_address = 1;
}

message SocketAddress {
  string address = 2;
  uint32 port_value = 3;
}

message Timestamp {
  int64 seconds = 1;
  int32 nanos = 2;
}

message Duration {
  int64 seconds = 1;
  int32 nanos = 2;
}

message UInt32Value {
  uint32 value = 1;
}
`;

const { root } = protobuf.parse(DEFINITIONS, { keepCase: true });

export const streamAccessLogsMessage = root.lookupType('StreamAccessLogsMessage');
