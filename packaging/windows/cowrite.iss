; Makes Cowrite-VERSION-setup.exe of the folder that PyInstaller made, with Inno Setup 6:
;   python packaging\icons.py build\cowrite.ico
;   iscc /DVersion=0.1.0 /O"dist" packaging\windows\cowrite.iss
; Installs for one person and asks for no administrator. Your texts, settings and models are not touched, also when it
; is removed. Signed with /DSign and /Ssigntool=... ; see release.yml.
#ifndef Version
  #error Say which version: iscc /DVersion=1.2.3
#endif
#define Name "Cowrite"
#define Program "cowrite.exe"

[Setup]
; Never changes: it is how a newer version knows the older one.
AppId={{6E1B3C1A-6E0F-4C57-9C1D-0C2B7A54E9D3}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher=The Cowrite founders
VersionInfoVersion={#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\cowrite.ico
UninstallDisplayIcon={app}\{#Program}
OutputBaseFilename={#Name}-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
LZMAUseSeparateProcess=yes
WizardStyle=modern
ChangesAssociations=yes
; A window that is open is asked to close, which saves what is not saved yet; it is never ended by force.
CloseApplications=yes
RestartApplications=no
SourceDir=..\..\dist\cowrite
#ifdef Sign
SignTool=signtool
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "path"; Description: "Let “cowrite” be started from a terminal"; Flags: unchecked

[InstallDelete]
; Files of an older version that the newer one does not have must not be imported by it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "..\..\build\cowrite.ico"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Program}"; IconFilename: "{app}\cowrite.ico"; AppUserModelID: "Cowrite.Cowrite"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; IconFilename: "{app}\cowrite.ico"; Tasks: desktopicon

[Registry]
; Cowrite is offered for text files (“Open with”), and takes none away from another program.
Root: HKA; Subkey: "Software\Classes\Cowrite.Text"; ValueType: string; ValueData: "Text"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Cowrite.Text\DefaultIcon"; ValueType: string; ValueData: "{app}\cowrite.ico"
Root: HKA; Subkey: "Software\Classes\Cowrite.Text\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.txt\OpenWithProgids"; ValueType: string; ValueName: "Cowrite.Text"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.md\OpenWithProgids"; ValueType: string; ValueName: "Cowrite.Text"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.markdown\OpenWithProgids"; ValueType: string; ValueName: "Cowrite.Text"; ValueData: ""; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsMissingInPath

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent

[Code]
function Path: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Result) then Result := '';
end;

function IsMissingInPath: Boolean;
begin
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  All, Mine: String;
begin
  if Step <> usPostUninstall then exit;
  All := ';' + Path + ';';
  Mine := ';' + ExpandConstant('{app}') + ';';
  if StringChangeEx(All, Mine, ';', True) > 0 then
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Copy(All, 2, Length(All) - 2));
end;
