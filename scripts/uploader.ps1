# Logs Collector: sends files to a ticket from Windows. Needs Windows PowerShell 5.1 or PowerShell 7, nothing else.
#
#   powershell -ExecutionPolicy Bypass -File uploader.ps1 -u https://logs.example.org -f C:\logs\app.log
#   & ([scriptblock]::Create((irm https://logs.example.org/uploader.ps1))) -f C:\logs\app.log
#
# The server replaces the following line, exactly as it stands, when it hands this file out at /uploader.ps1; the address
# goes between the single quotes. Left as it is, the address comes from --url or --dst.
$DefaultUrl = ''

# Why things are as they are
# * Transport is tus 1.0.0: what the server has acknowledged is never sent again, whatever happened to the line.
# * A file goes in pieces whose size follows the speed of the line. One piece at a time is in memory, never the file.
# * No state file: the secret Upload-Key is a digest of token, server, host, path, size and time of modification. Running
#   the same command again, even after a reboot, makes the same key, and the server finds the unfinished upload by it.
# * Everything is in functions called from the last line, so a script cut off while being downloaded does nothing.
# * Only what Windows PowerShell 5.1 knows, and plain ASCII, which it reads alike in every code page.

function Get-Usage {
  @'
Usage: uploader.ps1 -f FILE [-f FILE ...] [options]

  -f, --file FILE    the file to send; may be given several times; - is standard input (started by cmd: PowerShell's own
                     pipeline changes bytes)
  -t, --token TOKEN  the upload token; better in the variable UPLOAD_TOKEN, since other users of this machine
                     can see a command's options; asked for when given nowhere
  -u, --url URL      the server, such as https://logs.example.org (an address that ends in /api/v1/archives/
                     or is a link to the upload page will do)
  -d, --dst HOST     the server's name, reached by https
  -n, --name NAME    the name the file gets there (with one file only)
  -v, --verbose      tell every step
  -h, --help         this text

A lost line is taken up where it broke. When it stays lost, run the same command again: it goes on where it stopped
(standard input, which cannot be read twice, begins anew).

Variables: UPLOAD_TOKEN; UPLOADER_GIVE_UP_AFTER, seconds without a byte of progress before giving up (600);
UPLOADER_STALL_AFTER, seconds that one piece may take (120). The system's proxy is used, with the login of its user.

Several files are sent one after the other, each with a receipt of its own. When one fails the others are still tried,
unless the token is the reason. The exit code is that of the first failure:
  0 stored   1 wrong use or unreadable file   2 unknown option   3 refused by the server, its reason is printed
  4 network, the command that resumes is printed   5 what was stored differs from the file here
'@
}

# ------------------------------------------------------------------------------------------------------ saying things

# Text that came from elsewhere (also a file's name) must not steer the terminal.
function ConvertTo-PlainText([string]$Text) {
  return [regex]::Replace($Text, '[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]', '')
}

function Clear-ProgressLine {
  if ($script:ProgressDrawn) {
    [Console]::Error.Write("`r" + (' ' * 79) + "`r")
    $script:ProgressDrawn = $false
  }
}

function Write-Message([string]$Text) {
  Clear-ProgressLine
  [Console]::Error.WriteLine($Text)
}

function Write-Detail([string]$Text) {
  if ($script:IsVerbose) { Write-Message "  $Text" }
}

function Format-Bytes([double]$Bytes) {
  $units = 'bytes', 'KiB', 'MiB', 'GiB', 'TiB'
  $unit = 0
  while ($Bytes -ge 1024 -and $unit -lt 4) {
    $Bytes = $Bytes / 1024
    $unit++
  }
  $format = '0.0'
  if ($unit -eq 0) { $format = '0' }
  return $Bytes.ToString($format, [Globalization.CultureInfo]::InvariantCulture) + ' ' + $units[$unit]
}

function Show-Progress([long]$Done, [long]$All) {
  if (-not $script:IsTerminal) { return }
  $seconds = ([DateTime]::UtcNow - $script:BegunAt).TotalSeconds
  $line = (Format-Bytes $Done) + ' sent'
  if ($All -gt 0) { $line = '{0,3} %  of {1}' -f [int][Math]::Floor($Done * 100 / $All), (Format-Bytes $All) }
  if ($seconds -gt 1) { $line += '  ' + (Format-Bytes (($Done - $script:BegunFrom) / $seconds)) + '/s' }
  [Console]::Error.Write("`r" + $line.PadRight(78))
  $script:ProgressDrawn = $true
}

# Ends this file with an exit code; the reason is printed where the code is known.
function Stop-Upload([int]$Code, [string]$Reason) {
  $failure = [Exception]::new($Reason)
  $failure.Data['ExitCode'] = $Code
  throw $failure
}

# ------------------------------------------------------------------------------------------------------ speaking HTTP

function New-Client {
  if ($PSVersionTable.PSVersion.Major -lt 6) {
    Add-Type -AssemblyName System.Net.Http
    # Older ones offer only what servers no longer accept.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    [Net.ServicePointManager]::Expect100Continue = $false
  }
  $handler = [Net.Http.HttpClientHandler]::new()
  # The token goes where it was told to go and nowhere else.
  $handler.AllowAutoRedirect = $false
  $proxy = [Net.WebRequest]::DefaultWebProxy
  if ($null -ne $proxy) {
    $proxy.Credentials = [Net.CredentialCache]::DefaultCredentials
    $handler.Proxy = $proxy
  }
  $client = [Net.Http.HttpClient]::new($handler)
  $client.Timeout = [Threading.Timeout]::InfiniteTimeSpan
  $client.MaxResponseContentBufferSize = 1MB
  return $client
}

# One request. Answers Status (0: none came), Headers (names in small letters), Body, Problem.
function Send-Request([string]$Method, [string]$Url, [hashtable]$Headers, [byte[]]$Bytes, [int]$Count) {
  Write-Detail "$Method $Url"
  $answer = @{ Status = 0; Headers = @{}; Body = ''; Problem = ''; IsHopeless = $false }
  $request = [Net.Http.HttpRequestMessage]::new([Net.Http.HttpMethod]::new($Method), $Url)
  $limit = [Threading.CancellationTokenSource]::new()
  try {
    [void]$request.Headers.TryAddWithoutValidation('Upload-Token', $script:Token)
    [void]$request.Headers.TryAddWithoutValidation('Tus-Resumable', '1.0.0')
    foreach ($name in $Headers.Keys) { [void]$request.Headers.TryAddWithoutValidation($name, [string]$Headers[$name]) }
    if ($null -ne $Bytes) {
      $request.Content = [Net.Http.ByteArrayContent]::new($Bytes, 0, $Count)
      $request.Content.Headers.ContentType = [Net.Http.Headers.MediaTypeHeaderValue]::Parse('application/offset+octet-stream')
    }
    $limit.CancelAfter([TimeSpan]::FromSeconds($script:StallSeconds))
    $task = $script:Client.SendAsync($request, $limit.Token)
    # In short waits, so that Ctrl-C is heeded in between.
    while ([Threading.Tasks.Task]::WaitAny([Threading.Tasks.Task[]]@($task), 250) -lt 0) { }
    if ($task.IsCanceled) {
      $answer.Problem = "no answer within $($script:StallSeconds) seconds"
    } elseif ($task.IsFaulted) {
      Set-Problem $answer $task.Exception
    } else {
      Read-Response $answer $task.Result
    }
  } finally {
    $request.Dispose()
    $limit.Dispose()
  }
  if ($answer.Status -ne 0) { $script:IsContacted = $true }
  Write-Detail "answer $($answer.Status) $($answer.Problem)"
  return $answer
}

function Read-Response([hashtable]$Answer, $Response) {
  $Answer.Status = [int]$Response.StatusCode
  foreach ($header in $Response.Headers) { $Answer.Headers[$header.Key.ToLowerInvariant()] = [string]($header.Value -join ', ') }
  if ($null -ne $Response.Content) {
    foreach ($header in $Response.Content.Headers) {
      $Answer.Headers[$header.Key.ToLowerInvariant()] = [string]($header.Value -join ', ')
    }
    # Already here: the request ends only when its answer is complete.
    $Answer.Body = $Response.Content.ReadAsStringAsync().Result
  }
  $Response.Dispose()
}

# The innermost reason is the one that says something. A certificate that is not trusted does not get better by waiting.
function Set-Problem([hashtable]$Answer, $Failure) {
  $reason = $Failure
  while ($null -ne $reason) {
    if ($reason -is [Security.Authentication.AuthenticationException]) { $Answer.IsHopeless = $true }
    $Answer.Problem = ConvertTo-PlainText $reason.Message
    $reason = $reason.InnerException
  }
}

function Get-Header([hashtable]$Answer, [string]$Name) {
  if ($Answer.Headers.ContainsKey($Name)) { return $Answer.Headers[$Name] }
  return ''
}

function Get-NumberHeader([hashtable]$Answer, [string]$Name) {
  $text = Get-Header $Answer $Name
  if ($text -match '^\d{1,18}$') { return [long]$text }
  return [long]-1
}

# A top-level text or number of the answer's JSON, safe to print; empty when there is none.
function Get-Field([hashtable]$Answer, [string]$Name) {
  if ((Get-Header $Answer 'content-type') -notmatch '^application/(problem\+)?json') { return '' }
  try { $document = ConvertFrom-Json $Answer.Body } catch { return '' }
  if ($document -isnot [Management.Automation.PSCustomObject]) { return '' }
  $property = $document.PSObject.Properties[$Name]
  if ($null -eq $property -or $null -eq $property.Value) { return '' }
  # PowerShell 7 makes times of texts that look like one.
  if ($property.Value -is [DateTime]) {
    return $property.Value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", [Globalization.CultureInfo]::InvariantCulture)
  }
  return ConvertTo-PlainText ([string]$property.Value)
}

# ----------------------------------------------------------------------------------------------- what answers mean

# ok, gone, conflict, moved, retry, hopeless or refused
function Get-Verdict([hashtable]$Answer) {
  $status = $Answer.Status
  if ($status -eq 0) {
    if ($Answer.IsHopeless) { return 'hopeless' }
    return 'retry'
  }
  if ($status -ge 200 -and $status -lt 300) { return 'ok' }
  if ($status -ge 300 -and $status -lt 400) { return 'moved' }
  if ($status -eq 404 -or $status -eq 410) { return 'gone' }
  if ($status -eq 409) { return 'conflict' }
  if ($status -eq 423 -and (Get-Header $Answer 'retry-after') -ne '') { return 'retry' }
  if (408, 425, 429 -contains $status) { return 'retry' }
  if (501, 505, 507 -contains $status) { return 'refused' }
  if ($status -ge 500) { return 'retry' }
  return 'refused'
}

function Get-Reason([hashtable]$Answer) {
  if ($Answer.Status -eq 0) { return $Answer.Problem }
  $reason = ''
  foreach ($field in 'detail', 'error', 'title') {
    if ($reason -eq '') { $reason = Get-Field $Answer $field }
  }
  if ($reason.Length -gt 600) { $reason = $reason.Substring(0, 600) }
  if ($reason -eq '') {
    $known = @{
      401 = 'An upload token is required.'
      403 = 'The upload token is not known here.'
      404 = 'There is no upload service at this address.'
      405 = 'There is no upload service at this address.'
      407 = 'The proxy asks for a login.'
      413 = 'The file is too large for this server.'
      423 = 'The ticket or the token takes no more files.'
      429 = 'Too many requests.'
      503 = 'The server is busy.'
      507 = 'The server has not enough free space.'
    }
    $reason = 'The server or a proxy before it did not accept the upload.'
    if ($known.ContainsKey($Answer.Status)) { $reason = $known[$Answer.Status] }
    if ($Answer.Status -ge 300 -and $Answer.Status -lt 400) {
      $reason = 'The server sends to another address: ' + (ConvertTo-PlainText (Get-Header $Answer 'location')) + '. Give that with --url.'
    }
  }
  return "$reason (HTTP $($Answer.Status))"
}

# A refusal ends this file; one because of the token ends the following ones, too.
function Stop-Refused([hashtable]$Answer) {
  if (401, 403, 423 -contains $Answer.Status) { $script:IsTokenTrouble = $true }
  Stop-Upload 3 ('refused: ' + (Get-Reason $Answer))
}

function Reset-Patience {
  $script:LastProgress = [DateTime]::UtcNow
  $script:BackoffSeconds = 0.5
}

# Before the next try: waits as long as the server asks or, with growing and random intervals, as reason commands.
# Ends the file when there was no progress for so long that it is given up.
function Wait-BeforeRetry([hashtable]$Answer) {
  $limit = $script:GiveUpSeconds
  # An address that never answered is more likely mistyped than lost; and who gave up once need not wait as long again.
  if ((-not $script:IsContacted -or $script:Unfinished.Count -gt 0) -and $limit -gt 60) { $limit = 60 }
  $left = $limit - ([DateTime]::UtcNow - $script:LastProgress).TotalSeconds
  $reason = Get-Reason $Answer
  if ($left -le 0 -or (Get-Verdict $Answer) -eq 'hopeless') {
    if ($Answer.Status -eq 423) { Stop-Refused $Answer }
    Stop-Upload 4 $reason
  }
  $asked = Get-Header $Answer 'retry-after'
  if ($asked -match '^[1-9]\d{0,5}$') {
    $seconds = [int]$asked + (Get-Random -Minimum 0.0 -Maximum 0.5)
  } else {
    $seconds = $script:BackoffSeconds * (Get-Random -Minimum 0.5 -Maximum 1.5)
  }
  if ($seconds -gt $left + 0.5) { $seconds = $left + 0.5 }
  $script:BackoffSeconds = [Math]::Min($script:BackoffSeconds * 2, 30)
  if ($script:IsTerminal -or $script:IsVerbose) {
    Write-Message ("{0}: {1}; trying again in {2:0} s" -f $script:Shown, $reason, $seconds)
  }
  Start-Sleep -Milliseconds ([int]($seconds * 1000))
}

# ------------------------------------------------------------------------------------------------------------- tus

function Get-Sha256Hex([string]$Text) {
  $sha = [Security.Cryptography.SHA256]::Create()
  try { $bytes = $sha.ComputeHash([Text.Encoding]::UTF8.GetBytes($Text)) } finally { $sha.Dispose() }
  return [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant()
}

# Makes the upload, or finds it again; answers its address.
function New-Upload([string]$Name, [string]$Key, [hashtable]$Length) {
  $headers = @{
    'Upload-Metadata' = 'filename ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Name))
    'Upload-Key'      = $Key
  }
  foreach ($header in $Length.Keys) { $headers[$header] = $Length[$header] }
  while ($true) {
    $answer = Send-Request 'POST' "$($script:Base)/api/v1/uploads" $headers $null 0
    switch (Get-Verdict $answer) {
      'ok' {
        # The address is put together from what we were told to use: whatever a proxy made of the host or the path before
        # it, the token goes nowhere else.
        $id = ((Get-Header $answer 'location') -replace '^.*/api/v1/uploads/', '').TrimEnd('/')
        if ($id -notmatch '^[A-Za-z0-9._~%:@!+=,-]+$') { Stop-Upload 3 'the server gave no usable address for the upload' }
        return "$($script:Base)/api/v1/uploads/$id"
      }
      'moved' { Use-HttpsInstead $answer }
      { 'retry', 'hopeless', 'conflict' -contains $_ } { Wait-BeforeRetry $answer }
      default { Stop-Refused $answer }
    }
  }
}

# The only redirection followed is the usual one from http to https at the same place.
function Use-HttpsInstead([hashtable]$Answer) {
  $secure = $script:Base -replace '^http://', 'https://'
  $location = (Get-Header $Answer 'location').TrimEnd('/')
  if ($script:Base -like 'http://*' -and $location -eq "$secure/api/v1/uploads") {
    $script:Base = $secure
    return
  }
  Stop-Refused $Answer
}

# How many bytes the server has; -1: the upload is gone.
function Get-Offset([string]$Upload) {
  while ($true) {
    $answer = Send-Request 'HEAD' $Upload @{} $null 0
    switch (Get-Verdict $answer) {
      'ok' {
        $offset = Get-NumberHeader $answer 'upload-offset'
        $script:KnownLength = Get-NumberHeader $answer 'upload-length'
        if ($offset -lt 0) { Stop-Upload 3 'the server''s answer makes no sense (no Upload-Offset)' }
        return $offset
      }
      'gone' { return [long]-1 }
      { 'refused', 'moved' -contains $_ } {
        # HEAD has no body; the reason is in the body of GET.
        $explained = Send-Request 'GET' $Upload @{} $null 0
        if ($explained.Status -eq $answer.Status) { $answer = $explained }
        Stop-Refused $answer
      }
      default {
        # All is there and is being put away: that may take its time.
        if ($answer.Status -eq 503 -and $script:IsEverythingSent) { Reset-Patience }
        Wait-BeforeRetry $answer
      }
    }
  }
}

# Sends one piece; answers the new offset, or -1 when the upload is gone.
function Send-Piece([string]$Upload, [long]$Offset, [byte[]]$Bytes, [int]$Count, [hashtable]$Extra) {
  $headers = @{ 'Upload-Offset' = $Offset }
  foreach ($header in $Extra.Keys) { $headers[$header] = $Extra[$header] }
  $begun = [DateTime]::UtcNow
  $answer = Send-Request 'PATCH' $Upload $headers $Bytes $Count
  switch (Get-Verdict $answer) {
    'ok' {
      Set-PieceSize ([DateTime]::UtcNow - $begun).TotalSeconds
      $script:Archive = (Get-Header $answer 'upload-archive') -replace '[^A-Za-z0-9._:-]', ''
      $there = Get-NumberHeader $answer 'upload-offset'
      if ($there -gt $Offset -or $script:Archive -ne '') {
        Reset-Patience
        return [Math]::Max($there, $Offset)
      }
      if ($Count -eq 0) { return $Offset }
    }
    'gone' { return [long]-1 }
    'conflict' {
      if ((Get-Field $answer 'code') -like '*locked*') {
        Wait-WhileOtherMoves $Upload $Offset
      } else {
        Wait-BeforeRetry $answer
      }
    }
    { 'refused', 'moved' -contains $_ } {
      # A proxy that accepts only so much at once gets smaller pieces.
      $isFromServer = (Get-Header $answer 'content-type') -match 'json'
      if ($answer.Status -ne 413 -or $isFromServer -or $Count -le $script:LeastPiece) { Stop-Refused $answer }
      $script:PieceSize = [int][Math]::Max($script:LeastPiece, [Math]::Floor($Count / 4))
      $script:MostPiece = $script:PieceSize
    }
    default {
      $script:PieceSize = [int][Math]::Max($script:LeastPiece, [Math]::Floor($script:PieceSize / 2))
      Wait-BeforeRetry $answer
    }
  }
  $there = Get-Offset $Upload
  if ($there -gt $Offset) { Reset-Patience }
  return $there
}

# So large that a piece takes a few seconds: small enough for a bad line, large enough for a good one.
function Set-PieceSize([double]$Seconds) {
  if ($Seconds -lt 2) { $script:PieceSize = [int][Math]::Min($script:MostPiece, $script:PieceSize * 2) }
  if ($Seconds -gt 15) { $script:PieceSize = [int][Math]::Max($script:LeastPiece, [Math]::Floor($script:PieceSize / 2)) }
}

# Another run sends the same upload. Watch it as long as it moves, rather than take it away from each other.
function Wait-WhileOtherMoves([string]$Upload, [long]$Seen) {
  Write-Message "$($script:Shown): is being sent by another run of this command; watching"
  while ($true) {
    Start-Sleep -Seconds ([int][Math]::Min(10, $script:StallSeconds))
    $there = Get-Offset $Upload
    if ($there -le $Seen) { return }
    $Seen = $there
    Reset-Patience
  }
}

# ------------------------------------------------------------------------------------------------ digest and receipt

function New-Digest {
  # A machine may forbid this implementation (FIPS); then nothing is verified here, and the receipt says so.
  try { return [Security.Cryptography.SHA256]::Create() } catch { return $null }
}

function Add-ToDigest($Digest, [byte[]]$Bytes, [int]$From, [int]$Count) {
  if ($null -ne $Digest -and $Count -gt 0) { [void]$Digest.TransformBlock($Bytes, $From, $Count, $null, 0) }
}

function Complete-Digest($Digest) {
  if ($null -eq $Digest) { return '' }
  [void]$Digest.TransformFinalBlock([byte[]]::new(0), 0, 0)
  return [BitConverter]::ToString($Digest.Hash).Replace('-', '').ToLowerInvariant()
}

# The receipt is fetched from the upload's address: also when the last answer was lost. $null: the upload is gone.
function Get-Receipt([string]$Upload) {
  while ($true) {
    $answer = Send-Request 'GET' $Upload @{} $null 0
    switch (Get-Verdict $answer) {
      'ok' { if ((Get-Field $answer 'sha256') -ne '') { return $answer } }
      'gone' { return $null }
      { 'refused', 'moved' -contains $_ } { Stop-Refused $answer }
    }
    Wait-BeforeRetry $answer
  }
}

# Compares what is there with what is here, and prints what both sides can hold on to.
function Complete-Upload([hashtable]$Receipt, [long]$Size, [string]$Here) {
  Clear-ProgressLine
  $there = (Get-Field $Receipt 'sha256').ToLowerInvariant()
  $thereSize = Get-Field $Receipt 'size'
  if (($Here -ne '' -and $there -ne $Here) -or $thereSize -ne [string]$Size) {
    Write-Message "$($script:Shown): what was stored differs from what is here. Keep the file and tell the support."
    Write-Message "  here:  $Size bytes, SHA-256 $Here"
    Write-Message "  there: $thereSize bytes, SHA-256 $there"
    Stop-Upload 5 ''
  }
  $check = 'verified here'
  if ($Here -eq '') { $check = 'not verified here: this machine forbids it' }
  [Console]::Out.WriteLine('Stored.')
  [Console]::Out.WriteLine('  Name     ' + (Get-Field $Receipt 'name'))
  [Console]::Out.WriteLine("  Size     $Size bytes")
  [Console]::Out.WriteLine("  SHA-256  $there ($check)")
  [Console]::Out.WriteLine('  Ticket   ' + (Get-Field $Receipt 'ticket'))
  [Console]::Out.WriteLine('  Time     ' + (Get-Field $Receipt 'time_create'))
  [Console]::Out.WriteLine('  Archive  ' + (Get-Field $Receipt 'id'))
}

# ---------------------------------------------------------------------------------------------------- a file, a stream

function Initialize-Upload {
  $script:LeastPiece = 256KB
  $script:MostPiece = 16MB
  $script:PieceSize = 1MB
  $script:Archive = ''
  $script:KnownLength = [long]-1
  $script:IsEverythingSent = $false
  Reset-Patience
}

# Reads exactly so many bytes from where the stream stands; fewer only at its end.
function Read-Bytes($Stream, [byte[]]$Buffer, [int]$Count) {
  $filled = 0
  while ($filled -lt $Count) {
    $got = $Stream.Read($Buffer, $filled, $Count - $filled)
    if ($got -eq 0) { break }
    $filled += $got
  }
  return $filled
}

function Send-File([string]$Path, [string]$Name) {
  Initialize-Upload
  # Whoever writes the file may go on writing, rename it and delete it.
  $share = [IO.FileShare]::ReadWrite -bor [IO.FileShare]::Delete
  try {
    $stream = [IO.File]::Open($Path, [IO.FileMode]::Open, [IO.FileAccess]::Read, $share)
  } catch {
    $reason = $_.Exception.GetBaseException().Message
    Stop-Upload 1 ('may not be read: ' + (ConvertTo-PlainText $reason))
  }
  try {
    $size = $stream.Length
    $modified = [IO.File]::GetLastWriteTimeUtc($Path).Ticks
    $what = $script:Token, $script:Base, [Environment]::MachineName, $Path, $size, $modified, $Name -join "`n"
    Write-Message "$($script:Shown): sending $(Format-Bytes $size)"
    for ($again = 0; $again -le 5; $again++) {
      # Should the key lead again to what is gone, a new one is taken.
      if ($again -gt 1) { $what += "`n" + [Guid]::NewGuid() }
      $upload = New-Upload $Name (Get-Sha256Hex $what) @{ 'Upload-Length' = $size }
      if (Send-Rest $stream $size $upload) { return }
      Write-Message "$($script:Shown): the upload is no longer there, starting anew"
    }
    Stop-Upload 3 'refused: the server loses this upload again and again'
  } finally {
    $stream.Dispose()
  }
}

# False: the upload is gone.
function Send-Rest($Stream, [long]$Size, [string]$Upload) {
  $offset = Get-Offset $Upload
  if ($offset -gt 0) { Write-Message "$($script:Shown): going on at $(Format-Bytes $offset)" }
  $script:BegunAt = [DateTime]::UtcNow
  $script:BegunFrom = $offset
  $digest = New-Digest
  $digested = [long]0
  $buffer = [byte[]]::new($script:MostPiece)
  while ($offset -ge 0 -and $offset -lt $Size) {
    # What earlier runs have sent belongs to the digest, too.
    $digested = Add-FileToDigest $digest $Stream $digested $offset $buffer
    $count = [int][Math]::Min($script:PieceSize, $Size - $offset)
    [void]$Stream.Seek($offset, [IO.SeekOrigin]::Begin)
    if ((Read-Bytes $Stream $buffer $count) -lt $count) { Stop-Upload 5 'became shorter while it was being sent' }
    if ($null -ne $digest -and $digested -lt $offset + $count) {
      $from = [int]($digested - $offset)
      Add-ToDigest $digest $buffer $from ($count - $from)
      $digested = $offset + $count
    }
    $script:IsEverythingSent = ($offset + $count -eq $Size)
    $offset = Send-Piece $Upload $offset $buffer $count @{}
    Show-Progress $offset $Size
  }
  if ($offset -lt 0) { return $false }
  [void](Add-FileToDigest $digest $Stream $digested $Size $buffer)
  $receipt = Get-Receipt $Upload
  if ($null -eq $receipt) { return $false }
  Complete-Upload $receipt $Size (Complete-Digest $digest)
  return $true
}

# Brings the digest from one place of the file to another; answers where it is then.
function Add-FileToDigest($Digest, $Stream, [long]$From, [long]$To, [byte[]]$Buffer) {
  if ($null -eq $Digest -or $From -ge $To) { return $From }
  [void]$Stream.Seek($From, [IO.SeekOrigin]::Begin)
  while ($From -lt $To) {
    $count = Read-Bytes $Stream $Buffer ([int][Math]::Min($Buffer.Length, $To - $From))
    if ($count -eq 0) { Stop-Upload 5 'became shorter while it was being sent' }
    Add-ToDigest $Digest $Buffer 0 $count
    $From += $count
  }
  return $From
}

function Send-StandardInput([string]$Name) {
  Initialize-Upload
  $stream = [Console]::OpenStandardInput()
  $piece = [byte[]]::new($script:MostPiece)
  $arriving = [byte[]]::new(65536)
  $digest = New-Digest
  $offset = [long]0
  $upload = ''
  $reading = $null
  $isAtEnd = $false
  Write-Message "$($script:Shown): sending what comes in"
  $script:BegunAt = [DateTime]::UtcNow
  $script:BegunFrom = 0
  while (-not $isAtEnd) {
    # A piece is sent when it is full, or when nothing has come for two seconds.
    $filled = 0
    while ($filled + $arriving.Length -le $script:PieceSize) {
      if ($null -eq $reading) { $reading = $stream.ReadAsync($arriving, 0, $arriving.Length) }
      if ([Threading.Tasks.Task]::WaitAny([Threading.Tasks.Task[]]@($reading), 2000) -lt 0) {
        if ($filled -gt 0) { break }
        continue
      }
      $got = $reading.Result
      $reading = $null
      if ($got -eq 0) {
        $isAtEnd = $true
        break
      }
      [Buffer]::BlockCopy($arriving, 0, $piece, $filled, $got)
      $filled += $got
    }
    if ($filled -eq 0) { continue }
    if ($upload -eq '') {
      $upload = New-Upload $Name (Get-Sha256Hex ([string][Guid]::NewGuid())) @{ 'Upload-Defer-Length' = 1 }
    }
    Add-ToDigest $digest $piece 0 $filled
    $offset = Send-StreamPiece $upload $offset $piece $filled
    Show-Progress $offset 0
  }
  if ($upload -eq '') { Stop-Upload 3 'refused: there was nothing to read, and an empty file is of no use' }
  # Only now its length is known; said with an empty body.
  $script:IsEverythingSent = $true
  Reset-Patience
  Send-StreamLength $upload $offset
  $receipt = Get-Receipt $upload
  if ($null -eq $receipt) { Stop-StreamLost }
  Complete-Upload $receipt $offset (Complete-Digest $digest)
}

# All of a piece, from wherever the server has it; answers the offset behind it.
function Send-StreamPiece([string]$Upload, [long]$Begin, [byte[]]$Piece, [int]$Count) {
  Reset-Patience
  $offset = $Begin
  while ($offset -lt $Begin + $Count) {
    $rest = [byte[]]::new([int]($Begin + $Count - $offset))
    [Buffer]::BlockCopy($Piece, [int]($offset - $Begin), $rest, 0, $rest.Length)
    $offset = Send-Piece $Upload $offset $rest $rest.Length @{}
    if ($offset -lt $Begin -or $offset -gt $Begin + $Count) { Stop-StreamLost }
  }
  return $offset
}

# The answer may get lost like any other; then the server is asked whether it knows the length.
function Send-StreamLength([string]$Upload, [long]$Length) {
  while ($true) {
    $there = Send-Piece $Upload $Length ([byte[]]::new(0)) 0 @{ 'Upload-Length' = $Length }
    if ($there -eq $Length -and $script:Archive -ne '') { return }
    if ((Get-Offset $Upload) -ne $Length) { Stop-StreamLost }
    if ($script:KnownLength -eq $Length) { return }
  }
}

# A file would be begun anew when its upload is gone; a stream cannot be.
function Stop-StreamLost {
  Stop-Upload 4 'the server lost the upload, and what was read cannot be read again'
}

# ------------------------------------------------------------------------------------------------------- the command

function Stop-Usage([string]$Text) {
  Write-Message $Text
  Write-Message 'Try: uploader.ps1 --help'
  Stop-Upload 1 ''
}

# Sets Files, Token, Url, Name and IsVerbose from the command's words; answers whether help was asked for.
function Read-Options([object[]]$Words) {
  $known = @{
    f = 'file'; file = 'file'; t = 'token'; token = 'token'; u = 'url'; url = 'url'; d = 'dst'; dst = 'dst'
    n = 'name'; name = 'name'; v = 'verbose'; verbose = 'verbose'; h = 'help'; help = 'help'; '?' = 'help'
  }
  for ($i = 0; $i -lt $Words.Count; $i++) {
    $word = [string]$Words[$i]
    if (-not ($word -match '^--?([A-Za-z?]+)(?:[=:](.*))?$')) {
      Stop-Usage ('Unexpected: ' + (ConvertTo-PlainText $word) + ' (files are given with -f)')
    }
    $given = $null
    if ($Matches.ContainsKey(2)) { $given = $Matches[2] }
    $option = $known[$Matches[1].ToLowerInvariant()]
    if ($null -eq $option) {
      Write-Message ('Unknown option: ' + (ConvertTo-PlainText $word))
      Write-Message 'Try: uploader.ps1 --help'
      Stop-Upload 2 ''
    }
    if ($option -eq 'help') { return $true }
    if ($option -eq 'verbose') {
      $script:IsVerbose = $true
      continue
    }
    if ($null -eq $given) {
      $i++
      if ($i -ge $Words.Count) { Stop-Usage "$word needs a value." }
      $given = $Words[$i]
    }
    switch ($option) {
      # PowerShell makes a list of "-f a, b".
      'file' { foreach ($file in @($given)) { $script:Files += [string]$file } }
      'token' { $script:Token = [string]$given }
      'url' { $script:Url = [string]$given }
      'dst' { if ($script:Url -eq '') { $script:Url = [string]$given } }
      'name' { $script:Name = [string]$given }
    }
  }
  return $false
}

function Set-Base([string]$Url) {
  if ($Url -match '[^ -~]|[ "<>\\]') { Stop-Usage 'The address of the server has characters that no address has.' }
  if ($Url -match '^(.*)/u#(.*)$') {
    $Url = $Matches[1]
    if ($script:Token -eq '') { $script:Token = $Matches[2] }
  }
  $Url = ($Url -replace '[#?].*$', '')
  if ($Url -notmatch '^https?://') {
    if ($Url -match '://') { Stop-Usage 'The address of the server must begin with https:// or http://.' }
    $Url = "https://$Url"
  }
  $Url = $Url.TrimEnd('/') -replace '(/api/v1/archives|/api/v1/uploads|/api/v1|/uploader\.ps1|/u)$', ''
  if ($Url -match '^https?:/*$') { Stop-Usage 'No server: give its address with --url.' }
  $script:Base = $Url.TrimEnd('/')
}

function Read-Token {
  if ([Console]::IsInputRedirected -or -not [Environment]::UserInteractive) {
    Stop-Usage 'No upload token: set UPLOAD_TOKEN or give --token.'
  }
  $secret = Read-Host 'Upload token' -AsSecureString
  return [Net.NetworkCredential]::new('', $secret).Password
}

function Get-Seconds([string]$Variable, [int]$Default) {
  $text = [Environment]::GetEnvironmentVariable($Variable)
  if ([string]::IsNullOrEmpty($text)) { return $Default }
  if ($text -notmatch '^[1-9]\d{0,6}$') { Stop-Usage "$Variable is a number of seconds." }
  return [int]$text
}

function ConvertTo-Quoted([string]$Text) {
  return "'" + $Text.Replace("'", "''") + "'"
}

function Write-ResumeCommand {
  $files = ($script:Unfinished | ForEach-Object { '-f ' + (ConvertTo-Quoted $_) }) -join ' '
  $how = '& ([scriptblock]::Create((irm ' + (ConvertTo-Quoted "$($script:Base)/uploader.ps1") + ')))'
  if ($PSCommandPath) { $how = '& ' + (ConvertTo-Quoted $PSCommandPath) }
  if ($script:Name -ne '') { $how += ' -n ' + (ConvertTo-Quoted $script:Name) }
  if ($script:Unfinished -contains '-') {
    Write-Message 'Standard input cannot be read twice; what is not stored has to be sent again.'
  } else {
    Write-Message 'To go on where it stopped, run:'
  }
  Write-Message "  $how -u $(ConvertTo-Quoted $script:Base) $files"
  Write-Message '(The token is not printed: set UPLOAD_TOKEN, or be asked for it.)'
}

# Sends one of the command's files; answers the exit code it stands for.
function Send-One([string]$File) {
  $name = $script:Name
  try {
    if ($File -eq '-') {
      if ($name -eq '') { $name = 'stdin-' + [DateTime]::UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'") }
      $script:Shown = ConvertTo-PlainText $name
      Send-StandardInput $name
      return 0
    }
    if ($name -eq '') { $name = [IO.Path]::GetFileName($File) }
    $script:Shown = ConvertTo-PlainText $name
    if ([IO.Directory]::Exists($File)) { Stop-Upload 1 'is a directory; pack it first: Compress-Archive' }
    if (-not [IO.File]::Exists($File)) { Stop-Upload 1 'there is no such file' }
    Send-File $File $name
    return 0
  } catch {
    $code = $_.Exception.Data['ExitCode']
    if ($null -eq $code) { throw }
    if ($_.Exception.Message -ne '') { Write-Message "$($script:Shown): $($_.Exception.Message)" }
    return [int]$code
  }
}

# PowerShell has a current directory of its own, which .NET does not know.
function Resolve-FilePath([string]$File) {
  if ($File -eq '-') { return $File }
  return $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($File)
}

function Send-All([object[]]$Words) {
  if ($Words.Count -eq 0) {
    [Console]::Error.WriteLine((Get-Usage))
    return 1
  }
  if (Read-Options $Words) {
    [Console]::Out.WriteLine((Get-Usage))
    return 0
  }
  if ($script:Files.Count -eq 0) { Stop-Usage 'No file: give one with --file.' }
  if ($script:Files.Count -gt 1 -and $script:Name -ne '') { Stop-Usage '--name goes with one file only.' }
  if (@($script:Files | Where-Object { $_ -eq '-' }).Count -gt 1) { Stop-Usage 'Standard input can be read only once.' }
  $script:GiveUpSeconds = Get-Seconds 'UPLOADER_GIVE_UP_AFTER' 600
  $script:StallSeconds = Get-Seconds 'UPLOADER_STALL_AFTER' 120
  if ($script:Token -eq '') { $script:Token = [string]$env:UPLOAD_TOKEN }
  if ($script:Url -eq '') { $script:Url = $DefaultUrl }
  Set-Base $script:Url
  if ($script:Token -eq '') { $script:Token = Read-Token }
  $script:Token = $script:Token.Trim()
  if ($script:Token -notmatch '^[!-~]+$') {
    Stop-Usage 'The upload token has characters that no token has, or is empty; was it copied completely?'
  }
  if ($script:Base -match '^http://(?!localhost|127\.|\[::1\])') {
    Write-Message 'Note: this address is http: token and file can be read on the way.'
  }
  $script:Client = New-Client
  $result = 0
  foreach ($given in $script:Files) {
    if ($script:IsTokenTrouble) {
      Write-Message ((ConvertTo-PlainText $given) + ': not sent, for the same reason')
      continue
    }
    $file = Resolve-FilePath $given
    $code = Send-One $file
    if ($code -eq 4) { $script:Unfinished += $file }
    if ($result -eq 0) { $result = $code }
  }
  if ($script:Unfinished.Count -gt 0) { Write-ResumeCommand }
  if ($result -eq 0) { [Console]::Out.WriteLine('You can close this window.') }
  return $result
}

function Invoke-Uploader([object[]]$Words) {
  Set-StrictMode -Version 2.0
  $ErrorActionPreference = 'Stop'
  $script:Files = @()
  $script:Unfinished = @()
  $script:Token = ''
  $script:Url = ''
  $script:Name = ''
  $script:Shown = ''
  $script:IsVerbose = $false
  $script:IsTokenTrouble = $false
  $script:IsContacted = $false
  $script:ProgressDrawn = $false
  $script:IsTerminal = -not [Console]::IsErrorRedirected
  $script:Client = $null
  try {
    return Send-All $Words
  } catch {
    $code = $_.Exception.Data['ExitCode']
    if ($null -eq $code) { throw }
    if ($_.Exception.Message -ne '') { Write-Message $_.Exception.Message }
    return [int]$code
  } finally {
    Clear-ProgressLine
    if ($null -ne $script:Client) { $script:Client.Dispose() }
  }
}

$uploaderResult = Invoke-Uploader $args
$global:LASTEXITCODE = $uploaderResult
# Run from a file it has a process, or at least an exit code, of its own; typed in, it must not close the window.
if ($PSCommandPath) { exit $uploaderResult }
